"use strict";
// Filters the questions of the report. Without it all of them are there, each to be opened by hand.
(() => {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  if (!form || !count) return;

  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const questions = [...document.querySelectorAll("details.question")];
  const texts = new Map();
  const textOf = (question) => {
    if (!texts.has(question)) texts.set(question, plain(question.textContent));
    return texts.get(question);
  };

  const update = () => {
    const words = plain(form.elements.search.value).split(/\s+/).filter(Boolean);
    const chosen = [...form.querySelectorAll("select")].filter((select) => select.value);
    let shown = 0;
    for (const question of questions) {
      const fits =
        chosen.every((select) => question.dataset[select.name] === select.value) &&
        words.every((word) => textOf(question).includes(word));
      question.hidden = !fits;
      shown += fits;
    }
    const said = count.dataset.words.replace("{shown}", shown).replace("{all}", questions.length);
    if (count.textContent !== said) count.textContent = said;
  };

  const openAll = (open) => {
    for (const question of questions) if (!question.hidden) question.open = open;
  };

  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are emptied after this event.
  form.addEventListener("reset", () => setTimeout(update));
  document.getElementById("open").addEventListener("click", () => openAll(true));
  document.getElementById("close").addEventListener("click", () => openAll(false));

  // Browsers that don't know ::details-content print closed what is closed.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
    opened = [];
  });

  form.hidden = false;
  update();
})();
