(function () {
  "use strict";
  var form = document.querySelector(".search"), said = form.querySelector("output");
  var runs = Array.prototype.slice.call(document.querySelectorAll(".run"));
  var texts = null, waiting = 0;
  function wanted() {
    var found = {};
    Array.prototype.forEach.call(form.elements, function (one) { if (one.name) { found[one.name] = one.value.trim(); } });
    return found;
  }
  function text(place) {
    // Read at the first search: a large page opens sooner.
    if (!texts) { texts = runs.map(function (run) { return run.textContent.toLowerCase(); }); }
    return texts[place];
  }
  function look() {
    var wish = wanted(), words = wish.words.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    delete wish.words;
    runs.forEach(function (run, place) {
      var fits = Object.keys(wish).every(function (name) { return !wish[name] || run.dataset[name] === wish[name]; });
      fits = fits && words.every(function (word) { return text(place).indexOf(word) >= 0; });
      if (run.hidden === fits) { run.hidden = !fits; }
      if (fits) { shown += 1; }
    });
    said.textContent = shown.toLocaleString("en") + " of " + runs.length.toLocaleString("en");
  }
  function open() {
    // A link from elsewhere in the page leads to an execution that may be closed, or hidden by a filter.
    var run = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (run && run.classList.contains("run")) { run.hidden = false; run.open = true; run.scrollIntoView(); }
  }
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(look, 120); });
  window.addEventListener("hashchange", open);
  form.hidden = false;
  look();
  open();
}());
