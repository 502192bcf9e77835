// The preview follows a choice at once; without this script the button does it.
const choices = document.getElementById("preview-form");
if (choices) {
  choices.querySelector("button").hidden = true;
  choices.addEventListener("change", () => choices.requestSubmit());
}
