// Elements, texts and numbers. Text only ever enters the page as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

const readData = (id) => JSON.parse(document.getElementById(id).textContent);

const grouped = new Intl.NumberFormat("en");
function shown(value) {
  if (value === null || value === undefined) return "–";
  if (Number.isInteger(value)) return grouped.format(value);
  if (value > 0 && value < 0.01) return "< 0.01";
  return Math.abs(value) >= 100 ? grouped.format(Math.round(value)) : value.toPrecision(3).replace(/\.?0+$/, "");
}
const percent = (part) => (part >= 0.0995 ? (100 * part).toFixed(0) : (100 * part).toPrecision(2)) + " %";

function copyButton(text) {
  const button = h("button", { class: "copy", type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {  // a page opened from a file may not use the clipboard
      const area = h("textarea", {}, text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}
