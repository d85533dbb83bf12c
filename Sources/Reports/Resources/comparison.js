const data = JSON.parse($('data').textContent);
const fold = value => value.normalize('NFKC').replaceAll('\u301C', '~').replaceAll('\u2212', '-').toLowerCase();
const facility = index => index < 0 ? text('保留', 'held') : data.facilities[index][0] + ' ' + data.facilities[index][1];
const words = data.moves.map(move =>
  fold([move[0], move[1], ...[move[4], move[5]].flatMap(place => data.facilities[place]?.slice(0, 2) ?? [])].join('\n')));
const cards = [...document.querySelectorAll('.root')];
const rows = [...document.querySelectorAll('section[aria-labelledby=differences] tbody tr')];
const lines = [...document.querySelectorAll('[data-move]')];
const tiles = [...document.querySelectorAll('#heat button')];
const form = $('filters'), value = id => $(id)?.value ?? '';

// One row of seats by hand above one by the rules; beyond the line are more children than seats.
const seats = (parent, [age, number, both, , byHand, byRules]) => {
  const step = 18, longest = Math.max(number, both + byHand.length, both + byRules.length, 16);
  let svg = '';
  for (const [row, own, style, sign] of [[0, byHand.length, 'hand', '+'], [1, byRules.length, 'rules', '−']]) {
    for (let seat = 0; seat < Math.max(number, both + own); seat++) {
      const kind = seat < both ? 'both' : seat < both + own ? style : 'free', x = seat * step + 2, y = row * 22 + 2;
      svg += `<rect class="seat-${kind}" x="${x}" y="${y}" width="14" height="16"/>`;
      if (kind === style) svg += `<text class="sign-${style}" x="${x + 7}" y="${y + 13}">${sign}</text>`;
    }
  }
  if (number >= 0) svg += `<path d="M${number * step} 0V42" stroke="#1b2430" stroke-width="2"/>`;
  const label = text(`${age}歳児: ${number < 0 ? '' : `枠 ${number}、`}両方 ${both}、手作業のみ ${byHand.length}、規則のみ ${byRules.length}`,
    `age ${age}: ${number < 0 ? '' : `seats ${number}, `}in both ${both}, only by hand ${byHand.length}, only by the rules ${byRules.length}`);
  parent.innerHTML = `<svg role="img" aria-label="${label}" viewBox="0 0 ${longest * step + 2} 44">${svg}</svg>`;
};
const legend = parent => {
  const list = make('ul', undefined, parent, {className: 'seat-legend'});
  for (const [kind, sign, name] of [
    ['both', '', text('両方の結果で入る', 'in both results')], ['hand', '+', text('手作業だけ(上の段)', 'only by hand (upper row)')],
    ['rules', '−', text('規則だけ(下の段)', 'only by the rules (lower row)')], ['free', '', text('空き', 'vacant')]]) {
    const item = make('li', undefined, list);
    item.innerHTML = `<svg viewBox="0 0 18 20" aria-hidden="true"><rect class="seat-${kind}" x="2" y="2" width="14" height="16"/><text x="9" y="15">${sign}</text></svg>`;
    item.append(name);
  }
};
const showSeats = (counts, place) => {
  const panel = $('seats'), most = 12;
  if (!panel) return;
  panel.replaceChildren();
  const found = place === '' ? [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b) : [+place];
  if (!found.length) return;
  legend(panel);
  if (found.length > most) {
    make('p', text(`相違の多い ${most} 施設です(${found.length} 施設のうち)。ほかの施設は上の図で選んでください。`,
      `The ${most} facilities with most differences, of ${found.length}; choose others above.`), panel);
  }
  for (const index of found.slice(0, most)) {
    const block = make('div', undefined, panel, {className: 'place'});
    make('h3', facility(index), block);
    for (const entry of data.facilities[index][2]) {
      const [age, number, both, names, byHand, byRules] = entry;
      if (place === '' && !byHand.length && !byRules.length) continue;
      const line = make('div', undefined, block, {className: 'class'});
      make('strong', text(`${age}歳児`, `age ${age}`), line);
      seats(make('div', undefined, line), entry);
      const said = make('div', undefined, line);
      if (number >= 0) make('p', text(`枠 ${number}`, `${number} seats`), said);
      for (const [name, children] of [[text('手作業だけ', 'only by hand'), byHand], [text('規則だけ', 'only by the rules'), byRules],
        [text('両方', 'both'), place === '' ? [] : names]]) {
        if (children.length) make('p', `${name}: ${children.join(', ')}`, said);
      }
    }
  }
};

const apply = () => {
  const [query, kind, departure, cause, age, place] =
    [fold(value('q').trim()), value('kind'), value('departure'), value('cause'), value('age'), value('place')];
  const isFiltered = [query, kind, departure, cause, age, place].some(part => part !== '');
  const shown = new Set(), counts = new Map(), seen = new Set(), hits = new Set();
  data.moves.forEach((move, index) => {
    const passes = (kind === '' || move[3] === +kind) && (age === '' || move[2] === +age)
      && (place === '' || move[4] === +place || move[5] === +place)
      && (departure === '' || move[6] >= 0 && data.roots[move[6]][1] === departure)
      && (cause === '' || move[6] >= 0 && data.roots[move[6]][3] === cause) && words[index].includes(query);
    if (!passes) return;
    hits.add(index);
    if (move[6] >= 0) shown.add(move[6]);
    if (move[7] < 0) return;
    seen.add(move[7]);
    for (const place of [move[4], move[5]]) if (place >= 0) counts.set(place, (counts.get(place) ?? 0) + 1);
  });
  cards.forEach((card, index) => { card.hidden = !shown.has(index); });
  rows.forEach((row, index) => { row.hidden = !seen.has(index); });
  for (const line of lines) line.classList.toggle('hit', isFiltered && hits.has(+line.dataset.move));
  if (query && shown.size <= 20) {
    for (const index of shown) if (cards[index]?.querySelector('details .hit .hit, details .hit:not(.tree > li)')) cards[index].querySelector('details').open = true;
  }
  if ($('count-roots')) $('count-roots').textContent = text(`判断 ${data.roots.length} 件のうち ${shown.size} 件`, `${shown.size} of ${data.roots.length} decisions`);
  if ($('count-differences')) {
    const all = data.moves.filter(move => move[7] >= 0).length;
    $('count-differences').textContent = text(`相違 ${all} 件のうち ${seen.size} 件`, `${seen.size} of ${all} differences`);
  }
  for (const tile of tiles) tile.setAttribute('aria-pressed', tile.dataset.place === place);
  showSeats(counts, place);
};
const choose = (id, chosen) => {
  $(id).value = chosen;
  apply();
};
for (const tile of tiles) tile.onclick = () => choose('place', value('place') === tile.dataset.place ? '' : tile.dataset.place);
for (const pick of document.querySelectorAll('.pick')) {
  pick.onclick = () => {
    const id = 'cause' in pick.dataset ? 'cause' : 'departure';
    choose(id, pick.dataset[id]);
    $('roots').scrollIntoView();
  };
}
if (form) {
  let timer;
  form.oninput = () => { clearTimeout(timer); timer = setTimeout(apply, 80); };
  form.onsubmit = event => event.preventDefault();
  form.onreset = () => setTimeout(() => {
    if ($('cards').firstElementChild !== cards[0]) order();
    apply();
  });
  $('open-all').onclick = () => { for (const card of cards) for (const part of card.querySelectorAll('details')) part.open = true; };
  $('close-all').onclick = () => { for (const card of cards) for (const part of card.querySelectorAll('details')) part.open = false; };
}
const order = () => {
  const numbers = cards.map((_, index) => index);
  if (value('order') === 'most') numbers.sort((a, b) => data.roots[b][2] - data.roots[a][2] || a - b);
  $('cards').append(...numbers.map(index => cards[index]));
};
if (form) $('order').onchange = order;
if ($('same')) $('same').onchange = event => $('heat').classList.toggle('differing', !event.target.checked);

// A link to a decision opens it, whatever is filtered.
const reveal = () => {
  const card = cards.find(card => '#' + card.id === location.hash);
  if (!card) return;
  if (card.hidden) {
    form.reset();
    apply();
  }
  for (const part of card.querySelectorAll('details')) part.open = true;
  card.scrollIntoView();
  card.focus({preventScroll: true});
};
addEventListener('hashchange', reveal);

let closed = [];
addEventListener('beforeprint', () => {
  if ($('cards')?.className === 'many' && !root.hasAttribute('data-all')) return;
  closed = [...document.querySelectorAll('.root details:not([open])')];
  for (const part of closed) part.open = true;
});
addEventListener('afterprint', () => { for (const part of closed) part.open = false; });

redraws.push(() => {
  for (const option of document.querySelectorAll('option[data-ja]')) option.textContent = option.dataset[root.lang];
  apply();
});
apply();
reveal();
