/* 邻里 Linli: comfort on top of pages that work without it. No page may need this file. */
(function () {
  "use strict";
  var doc = document;
  var RELEASE_AFTER_MS = 8000; // a download leaves the page where it is: give the button back

  doc.documentElement.classList.add("js");

  function buttonsOf(form) {
    return form.querySelectorAll("button[type=submit], button:not([type]), input[type=submit]");
  }

  function release(form) {
    form.removeAttribute("data-sent");
    buttonsOf(form).forEach(function (button) {
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
    });
  }

  // A second tap on a slow network must not send the form twice. The buttons stay enabled
  // (a disabled one would drop its own name and value and lose the focus).
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.setAttribute("data-sent", "");
    buttonsOf(form).forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
    if (event.submitter) { event.submitter.setAttribute("aria-busy", "true"); }
    setTimeout(function () { release(form); }, RELEASE_AFTER_MS);
  }, true);

  function releaseAll() { doc.querySelectorAll("form[data-sent]").forEach(release); }
  window.addEventListener("pageshow", releaseAll);
  doc.addEventListener("htmx:afterRequest", releaseAll);

  // After a refused form the summary of errors is read out first.
  function focusErrors(root) {
    var summary = root.querySelector(".error-summary");
    if (summary) { summary.focus(); }
  }
  doc.addEventListener("htmx:afterSwap", function (event) { focusErrors(event.target.parentNode || doc); });

  // Menus close on Escape and on a tap elsewhere.
  function closeMenus(except) {
    doc.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) { menu.removeAttribute("open"); }
    });
  }
  doc.addEventListener("click", function (event) { closeMenus(event.target.closest("details.menu")); });
  doc.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && doc.querySelector("details.menu[open]");
    if (menu) {
      closeMenus(null);
      menu.querySelector("summary").focus();
    }
  });

  doc.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) { window.print(); }
  });

  // <form data-bulk>: the bar with the bulk actions shows once a row is picked, with the number.
  function countPicked(form) {
    var picked = form.querySelectorAll("td.pick input:checked").length;
    form.querySelectorAll(".bulk-bar").forEach(function (bar) { bar.hidden = picked === 0; });
    form.querySelectorAll("[data-picked]").forEach(function (place) { place.textContent = picked; });
  }
  doc.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-bulk]");
    if (!form) { return; }
    if (event.target.matches("th.pick input")) {
      form.querySelectorAll("td.pick input").forEach(function (box) { box.checked = event.target.checked; });
    }
    countPicked(form);
  });

  doc.addEventListener("DOMContentLoaded", function () {
    focusErrors(doc);
    doc.querySelectorAll("form[data-bulk]").forEach(countPicked);
  });
})();
