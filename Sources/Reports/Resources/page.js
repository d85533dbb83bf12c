const root = document.documentElement, $ = id => document.getElementById(id);
const isJapanese = () => root.dataset.lang === 'ja';
const say = pair => typeof pair === 'string' ? pair : pair[isJapanese() ? 0 : 1];
const make = (name, text, parent, properties) => {
  const element = Object.assign(document.createElement(name), properties);
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
};
const button = (label, action, parent) => {
  const element = make('button', label, parent, {type: 'button', onclick: action});
  parent.append(' ');
  return element;
};
const text = (ja, en) => isJapanese() ? ja : en;
// Columns from the second on to `lastNumber` hold numbers.
const table = (parent, caption, headings, rows, lastNumber = 0) => {
  const element = make('table', undefined, make('div', undefined, parent,
    {className: headings.length > 5 ? 'scroll broad' : 'scroll', tabIndex: 0, role: 'region', ariaLabel: caption}));
  const look = index => index && index <= lastNumber ? 'n' : '';
  make('caption', caption, element);
  const head = make('tr', undefined, element.createTHead());
  headings.forEach((heading, index) => make('th', heading, head, {scope: 'col', className: look(index)}));
  const body = element.createTBody();
  for (const cells of rows) {
    const row = body.insertRow();
    cells.forEach((cell, index) =>
      index ? make('td', cell, row, {className: look(index)}) : make('th', cell, row, {scope: 'row'}));
  }
};
// Called when the language changes.
const redraws = [];
const setLanguage = language => {
  root.dataset.lang = root.lang = language;
  for (const id of ['ja', 'en']) $(id).setAttribute('aria-pressed', id === language);
  for (const redraw of redraws) redraw();
};
$('ja').onclick = () => setLanguage('ja');
$('en').onclick = () => setLanguage('en');
$('print').onclick = () => print();
$('all').onchange = event => root.toggleAttribute('data-all', event.target.checked);

const collator = new Intl.Collator('ja', {numeric: true});
for (const table of document.querySelectorAll('table.sortable')) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => heading.firstChild.onclick = () => {
    // The largest numbers are looked for first, and the first names.
    const isNumber = heading.classList.contains('n'), first = isNumber ? 'descending' : 'ascending';
    const ascending = (heading.getAttribute('aria-sort') === first) === isNumber;
    for (const other of headings) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
    const sign = ascending ? 1 : -1;
    const rows = [...table.tBodies[0].rows].map((row, index) => {
      const text = row.cells[column].textContent.trim();
      const number = parseFloat(text);
      return {row, index, key: isNumber ? (isNaN(number) ? -Infinity : number) : text};
    });
    rows.sort((a, b) => (isNumber ? a.key === b.key ? 0 : a.key - b.key : collator.compare(a.key, b.key)) * sign || a.index - b.index);
    table.tBodies[0].append(...rows.map(entry => entry.row));
  });
}
