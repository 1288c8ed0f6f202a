/// The only script of the page: it filters the lists of batch normalizations.
enum PageScript {
  static let markup: Markup = """
    "use strict";
    for (const box of document.querySelectorAll(".filter")) {
      const items = [...document.getElementById(box.dataset.list).children];
      const texts = items.map((item) => item.textContent.toLowerCase());
      const input = box.querySelector("input");
      const buttons = [...box.querySelectorAll("button")];
      const status = box.querySelector("[role=status]");
      let outcome = "";
      const show = () => {
        const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
        let count = 0;
        items.forEach((item, index) => {
          const fits = (!outcome || item.dataset.outcome === outcome)
            && words.every((word) => texts[index].includes(word));
          item.hidden = !fits;
          count += fits ? 1 : 0;
        });
        status.textContent = count === items.length ? "" : count + " of " + items.length + " shown";
      };
      input.addEventListener("input", show);
      for (const button of buttons) {
        button.addEventListener("click", () => {
          outcome = button.dataset.outcome;
          for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
          show();
        });
      }
      box.hidden = false;
    }

    """
}
