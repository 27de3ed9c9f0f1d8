// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("form");
  const message = document.getElementById("message");
  const result = document.getElementById("result");
  const key = "samspill " + data.need;
  let lang = data.lang;

  const text = (name) => data.texts[lang][name] || "";
  const fields = () => Array.from(form.querySelectorAll("input, textarea, select"));

  // The browser may refuse to keep anything (private window, file from a mail): then the form works all the same.
  function keep() {
    const values = { lang };
    for (const field of fields()) values[field.name] = field.value;
    try { localStorage.setItem(key, JSON.stringify(values)); } catch (error) { /* nothing is kept */ }
  }

  function bringBack() {
    let values = null;
    try { values = JSON.parse(localStorage.getItem(key)); } catch (error) { /* nothing was kept */ }
    if (!values || typeof values !== "object") return;
    for (const field of fields())
      if (typeof values[field.name] === "string") field.value = values[field.name];
    if (data.texts[values.lang]) speak(values.lang);
  }

  function speak(language) {
    lang = language;
    document.getElementById("form-part").lang = lang;
    for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
    for (const element of document.querySelectorAll("[data-label]"))
      element.setAttribute("aria-label", text(element.dataset.label));
    for (const button of document.querySelectorAll("[data-lang]"))
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
  }

  // Nine digits, the last is a check digit: modulo 11 with the weights 3 2 7 6 5 4 3 2.
  function isOrganisationNumber(digits) {
    if (!/^[0-9]{9}$/.test(digits)) return false;
    const weights = [3, 2, 7, 6, 5, 4, 3, 2];
    const sum = weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
    return (11 - (sum % 11)) % 11 === Number(digits[8]);
  }

  function fault(field) {
    const value = field.value.trim();
    if (field.getAttribute("aria-required") === "true" && value === "") return "error-required";
    if (field.name === "supplier.email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return "error-email";
    if (field.name === "supplier.orgnr" && value !== "" && !isOrganisationNumber(value.replace(/\s/g, "")))
      return "error-orgnr";
    return null;
  }

  function check() {
    let first = null;
    for (const field of fields()) {
      const name = fault(field);
      const place = document.getElementById("e-" + field.name);
      place.textContent = name ? text(name) : "";
      if (name) place.dataset.text = name; else delete place.dataset.text;
      if (name) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
      if (name && !first) first = field;
    }
    return first;
  }

  function makeReply() {
    const pitch = { supplier: {} };
    for (const field of fields()) {
      let value = field.value.trim();
      if (value === "") continue;
      if (field.name === "maturity") value = Number(value);
      if (field.name === "references") value = value.split("\n").map((line) => line.trim()).filter(Boolean);
      if (field.name === "supplier.orgnr") value = value.replace(/\s/g, "");
      if (field.name.startsWith("supplier.")) pitch.supplier[field.name.slice(9)] = value;
      else pitch[field.name] = value;
    }
    return { samspill: "reply", version: 1, need: data.need, need_title: data.need_title, lang, pitch };
  }

  function say(name) {
    message.textContent = text(name);
    message.dataset.text = name;
  }

  function save(event) {
    event.preventDefault();
    const first = check();
    if (first) {
      say("missing");
      first.focus();
      return;
    }
    const json = JSON.stringify(makeReply(), null, 2);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([json], { type: "application/json" }));
    link.download = "forslag.json";
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    document.getElementById("text").value = json;
    result.hidden = false;
    say("done");
    keep();
  }

  function clear() {
    if (!confirm(text("clear-sure"))) return;
    form.reset();
    result.hidden = true;
    message.textContent = "";
    delete message.dataset.text;
    for (const field of fields()) {
      const place = document.getElementById("e-" + field.name);
      place.textContent = "";
      delete place.dataset.text;
      field.removeAttribute("aria-invalid");
    }
    try { localStorage.removeItem(key); } catch (error) { /* nothing was kept */ }
  }

  form.addEventListener("submit", save);
  form.addEventListener("input", keep);
  document.getElementById("clear").addEventListener("click", clear);
  for (const button of document.querySelectorAll("[data-lang]"))
    button.addEventListener("click", () => { speak(button.dataset.lang); keep(); });
  bringBack();
})();
