"""The target azure: raw files are blobs, read by DuckDB's extensions from a real server process."""

import pytest

from stores.azurite import ACCOUNT, KEY, Azurite, azurite  # noqa: F401 - a fixture
from transformation.workshop import Workshop


@pytest.fixture
def blobs(shop: Workshop, azurite: Azurite) -> Workshop:  # noqa: F811
    """A container with the raw files, and a project that knows it."""
    from obstore.store import AzureStore

    azurite.make("raw")
    store = AzureStore(
        "raw", account_name=ACCOUNT, account_key=KEY, endpoint=azurite.endpoint, client_options={"allow_http": True}
    )
    for name in ("customers.csv", "products.csv"):
        store.put(name, (shop.root / "data/raw" / name).read_bytes())
    shop.environment["AZURE_STORAGE_CONNECTION_STRING"] = (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={azurite.endpoint};"
    )
    return shop


def test_the_target_azure_makes_the_same_marts_of_blobs(blobs: Workshop) -> None:
    done = blobs.transform("--target", "azure", "--select", "+customer_orders")
    assert done.returncode == 0, done.stdout + done.stderr
    query = "SELECT * FROM customer_orders ORDER BY 1"
    assert blobs.ask(query, "data/processed/warehouse_azure.duckdb") == blobs.ask(query)
    assert blobs.ask("SELECT DISTINCT _file FROM raw_customers", "data/processed/warehouse_azure.duckdb") == [
        ("az://raw/customers.csv",)
    ]
    assert KEY not in done.stdout + done.stderr


@pytest.mark.chaos(source="store", given="a blob that is not there",
                   data="nothing is built; exit 4, and the message names the blob")  # fmt: skip
def test_a_blob_that_is_not_there_is_named(blobs: Workshop) -> None:
    done = blobs.transform("--target", "azure", "--select", "stg_products", "--quiet", AZURE_RAW_CONTAINER="nowhere")
    assert done.returncode == 4, done.stderr
    assert "az://nowhere/" in done.stderr and KEY not in done.stderr
    assert done.stdout == "", "no node was built"


def test_without_credentials_it_says_which_variables_are_missing(shop: Workshop) -> None:
    done = shop.transform("--target", "azure", "--select", "stg_products", "--quiet")
    assert done.returncode == 4
    assert "AZURE_STORAGE_CONNECTION_STRING" in done.stderr
