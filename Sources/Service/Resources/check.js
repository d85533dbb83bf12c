// Fields that were changed and not yet saved are marked; Escape in one brings back what it said; leaving a page with some asks first.
"use strict";
{
  const fields = () => document.querySelectorAll("form :is(input:not([type=hidden]),select,textarea)");
  const isTouched = field =>
    field.tagName === "SELECT"
      ? [...field.options].some(option => option.selected !== option.defaultSelected) && field.querySelector("[selected]")
      : field.value !== field.defaultValue;
  let isSending = false;

  addEventListener("input", event => {
    if (event.target.matches("input,select,textarea")) event.target.classList.toggle("touched", Boolean(isTouched(event.target)));
  });
  addEventListener("keydown", event => {
    const field = event.target;
    if (event.key !== "Escape" || !field.matches("form.cell input")) return;
    field.value = field.defaultValue;
    field.classList.remove("touched");
  });
  addEventListener("submit", event => {
    const others = [...fields()].some(field => field.form !== event.target && isTouched(field));
    const question = document.documentElement.lang === "ja"
      ? "ほかにも、まだ保存していない入力があります。この一つだけを保存し、ほかの入力を消してよいですか。"
      : "Other fields are not saved yet. Save this one alone and lose the others?";
    if (others && !confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else {
      isSending = true;
    }
  }, true);
  addEventListener("pageshow", () => { isSending = false; });
  addEventListener("beforeunload", event => {
    if (!isSending && [...fields()].some(isTouched)) event.preventDefault();
  });
}
