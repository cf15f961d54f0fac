"""Queries that have a fault, each beside a twin that has not; run as a program, with Spark's event log on."""

import sys

from pyspark.sql import Window
from pyspark.sql import functions as sf

from common.lake import LakeSettings, create_session

root = sys.argv[1]
conf = {
    "spark.eventLog.enabled": "true",
    "spark.eventLog.dir": f"file:{root}/logs",
    "spark.sql.adaptive.enabled": "false",
}
spark = create_session(
    "faulty", LakeSettings(uri=f"jdbc:sqlite:{root}/catalog.db", warehouse=f"{root}/warehouse", spark=conf)
)


def query(name, make, **settings):
    """A query under a name of its own, with settings of its own."""
    said = {key.replace("__", "."): value for key, value in settings.items()}
    before = {key: spark.conf.get(key, None) for key in said}
    for key, value in said.items():
        spark.conf.set(key, value)
    spark.sparkContext.setJobDescription(name)
    make()
    spark.sparkContext.setJobDescription(None)
    for key, value in before.items():
        spark.conf.unset(key) if value is None else spark.conf.set(key, value)


def away(rows):
    """Computed, and kept nowhere."""
    rows.write.format("noop").mode("overwrite").save()


def table(name, rows, order=""):
    spark.sql(f"CREATE TABLE bronze.{name} (id bigint, k bigint) USING iceberg")
    rows.selectExpr("id", "id % 7 AS k").writeTo(f"bronze.{name}").append()


spark.sql("CREATE NAMESPACE bronze")
table("crumbs", spark.range(0, 4000, 1, 40))
table("whole", spark.range(0, 4000, 1, 1))
table("long", spark.range(0, 200_000, 1, 4))

hot = spark.range(0, 300_000, 1, 2).selectExpr("id", "CASE WHEN id % 10 < 9 THEN 0 ELSE id END AS k")
query("skew", lambda: away(hot.repartition(8, "k")))
query("no skew", lambda: away(hot.repartition(8, "id")))

ranked = spark.range(0, 20_000, 1, 2).withColumn("n", sf.max("id").over(Window.partitionBy(sf.col("id") % 4)))
tight = {
    "spark__sql__windowExec__buffer__in__memory__threshold": "100",
    "spark__sql__windowExec__buffer__spill__threshold": "1000",
}
query("spill", lambda: away(ranked), **tight)
query("no spill", lambda: away(ranked))

query("small files", lambda: away(spark.table("bronze.crumbs")))
query("no small files", lambda: away(spark.table("bronze.whole")))

query("pruning", lambda: away(spark.table("bronze.long").where("cast(id AS string) = '5'")))
query("no pruning", lambda: away(spark.table("bronze.long").where("id = 5")))

grouped = spark.range(0, 20_000, 1, 2).groupBy((sf.col("id") % 1000).alias("k")).count()
query("shuffle", lambda: away(grouped), spark__sql__shuffle__partitions="150")
query("no shuffle", lambda: away(grouped), spark__sql__shuffle__partitions="4")
random = spark.range(0, 2_000_000, 1, 2).select(sf.rand(1).alias("a"), sf.rand(2).alias("b"))
query("one part", lambda: away(random.repartition(1)))
query("no one part", lambda: away(random.repartition(2)))

large = spark.range(0, 300_000, 1, 2).selectExpr("id", "id % 100 AS k")
small = spark.range(0, 100, 1, 1).selectExpr("id AS k", "id * 2 AS v")
query("join", lambda: away(large.join(small, "k")), spark__sql__autoBroadcastJoinThreshold="-1")
query("no join", lambda: away(large.join(small, "k")))

left, right = spark.range(0, 2000, 1, 2).toDF("a"), spark.range(0, 2000, 1, 1).toDF("b")
query("each", lambda: away(left.join(right, sf.col("a") < sf.col("b") - 1990)))
query("no each", lambda: away(left.join(right, sf.col("a") == sf.col("b"))))

double = sf.udf(lambda value: value * 2, "bigint")
query("python", lambda: away(spark.range(0, 1000, 1, 1).select(double("id"))))
query("no python", lambda: away(spark.range(0, 1000, 1, 1).select(sf.col("id") * 2)))

# Collected into the JVM of the driver: turning it into Python's rows would take the test's time, and changes nothing here.
query("result", spark.range(0, 1_500_000, 1, 2).select("id", sf.rand(1).alias("r"))._jdf.collect)
query("no result", spark.range(0, 1_500_000, 1, 2).agg(sf.sum("id"))._jdf.collect)
spark.stop()
