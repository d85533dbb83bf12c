let data, shown;
const load = () => data ||= JSON.parse($('data').textContent);
redraws.push(() => {
  const again = shown;
  if (data) find();
  if (again) again();
});
// Nothing of the family that was looked at before may stay on the screen.
const clear = () => {
  shown = undefined;
  for (const id of ['card', 'found', 'count']) $(id).replaceChildren();
};
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => name in values ? values[name] : whole);
const age = years => text(years + '歳児', 'age ' + years);
const facility = index => index < 0 ? '–' : data.facilities[index][0] + ' ' + data.facilities[index][1];
const reason = (wish, child) => {
  const kind = wish[1];
  const places = (seats, kept) => kept
    ? fill(say(data.placesKept), {offered: seats - kept, kept}) : fill(say(data.places), {seats});
  if (kind < data.tellings) {
    const [, , key, own, last, ahead, seats, kept, preference] = wish;
    return fill(say(data.kinds[kind]), {key: key >= 0 ? say(data.keys[key]) : '', own: say(own), last: say(last), ahead, places: places(seats, kept)})
      + (preference ? say(preference === 1 ? data.comparedHere : preference) : '');
  }
  const [, , siblings, facilities, ahead, seats, kept] = wish;
  return fill(say(data.kinds[kind]), {condition: child[5] ? say(child[5]) : '', siblings, facilities, ahead, places: places(seats, kept)});
};
const showChild = child => {
  const card = $('card');
  card.replaceChildren();
  make('h3', text('児童 ', 'Child ') + child[0], card);
  make('p', say(data.outcomes[child[3]]) + (child[4] >= 0 ? ': ' + facility(child[4]) : '')
    + text('。世帯 ', '. Household ') + child[1] + text('、', ', ') + age(child[2]) + text('クラス', '')
    + (child[5] ? text('。きょうだいの条件: ', '. Siblings: ') + say(child[5]) : ''), card);
  table(card, text('希望ごとの理由', 'The reason of each wish'), [text('希望順位', 'Wish'), text('施設', 'Facility'), text('理由', 'Reason')],
    child[6].map((wish, index) => [index + 1, facility(wish[0]), reason(wish, child)]));
  const siblings = data.children.filter(other => other[1] === child[1] && other !== child);
  if (siblings.length) {
    make('p', text('きょうだい: ', 'Siblings: '), card);
    const list = make('p', undefined, card);
    for (const other of siblings) button(other[0] + ' ' + say(data.outcomes[other[3]]), () => showChild(other), list);
  }
  shown = () => showChild(child);
};
const showFacility = index => {
  const card = $('card');
  card.replaceChildren();
  make('h3', facility(index), card);
  table(card, text('クラス別', 'By class'),
    [text('クラス', 'Class'), text('募集', 'Seats'), text('第1希望', 'First wishes'), text('希望', 'Wishes'), text('内定', 'Placed'), text('残り', 'Left'), text('最後に内定した児童', 'Last child placed')],
    data.borders.filter(row => row[0] === index).map(row => [age(row[1]), row[2] < 0 ? '' : row[2], row[7], row[3], row[4], row[5], say(row[6])]), 5);
  if ($('staff').checked) for (const [title, rows] of [
    [text('ここに内定・在園', 'Placed or staying here'), data.children.filter(child => child[4] === index)],
    [text('待機順位(どこにも内定していない児童だけ)', 'Waiting order (only children who are placed nowhere)'), data.waiting.filter(row => row[0] === index).map(row => data.children[row[2]])]]) {
    if (!rows.length) continue;
    make('h4', title, card);
    for (let years = 0; years < 6; years++) {
      const own = rows.filter(child => child[2] === years);
      if (!own.length) continue;
      const list = make('p', age(years) + ': ', card);
      for (const child of own) button(child[0], () => showChild(child), list);
    }
  }
  shown = () => showFacility(index);
};
// Ids are compared folded, and stand here as they are spelled.
const fold = value => value.normalize('NFKC').replaceAll('\u301C', '~').replaceAll('\u2212', '-').toLowerCase();
const find = () => {
  clear();
  const query = fold($('q').value.trim()), list = $('found');
  if (!query) return;
  load();
  const has = value => fold(value).includes(query);
  const hits = [];
  data.facilities.forEach((entry, index) => { if (has(entry[0]) || has(entry[1])) hits.push([entry[0] + ' ' + entry[1], () => showFacility(index)]); });
  for (const child of data.children) if (has(child[0]) || has(child[1])) hits.push([child[0] + ' (' + child[1] + ')', () => showChild(child)]);
  const most = 30;
  $('count').textContent = hits.length > most
    ? text(`${hits.length} 件のうち ${most} 件`, `${most} of ${hits.length} found`) : text(`${hits.length} 件`, `${hits.length} found`);
  for (const [label, action] of hits.slice(0, most)) button(label, action, make('li', undefined, list));
  if (hits.length === 1) hits[0][1]();
};
$('all').addEventListener('change', event => {
  for (const numbers of document.querySelectorAll('.numbers')) numbers.open = event.target.checked;
});
let timer;
$('q').oninput = () => { clear(); clearTimeout(timer); timer = setTimeout(find, 80); };
$('staff').onchange = () => { if (shown) shown(); };
