/// The style and the script of ``ComparisonPage``, beside those of every page.
extension ReportAssets {
    static let comparisonStyle = #"""
        :root{--hand:#8a4b00;--rules:#124a86;--both:#77818f}
        [hidden]{display:none!important}
        .pair+.scroll{margin-top:1.1rem}
        .tiles{grid-template-columns:repeat(3,1fr)}@media(max-width:40rem){.tiles{grid-template-columns:1fr}}
        .many{max-height:46rem;overflow:auto;border:1px solid var(--line);border-radius:6px;padding:.2rem .8rem;background:var(--wash)}.many .root{background:#fff}
        .pick{border:0;background:none;padding:.2rem 0;min-width:1.5rem;color:var(--accent);text-decoration:underline;text-align:left}
        .filters{display:flex;flex-wrap:wrap;gap:.6rem .8rem;align-items:end;background:var(--wash);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;margin:.8rem 0}
        .filters label{display:flex;flex-direction:column;font-size:.85rem;color:var(--soft)}
        .filters input,.filters select{font:inherit;font-size:.95rem;color:var(--ink);background:#fff;border:1px solid #6b7685;border-radius:4px;padding:.35rem .5rem;max-width:15rem;min-height:2.2rem}
        [role=status]{color:var(--soft);font-weight:600}
        .root{border:1px solid var(--line);border-left:5px solid var(--held);border-radius:6px;padding:.7rem 1rem;margin:.7rem 0;content-visibility:auto;contain-intrinsic-size:auto 9rem}
        .root h3{margin:0 0 .3rem;font-size:1.05rem}.root p{margin:.3rem 0}.root:target{border-left-color:#f0a500;background:#fffaf0}
        .root .number{display:inline-block;min-width:1.8rem;color:var(--soft);font-weight:400}
        .badge,.link,.by-hand,.by-rules{display:inline-block;font-size:.82rem;font-weight:600;border-radius:3px;padding:0 .5em}
        .badge{background:#f6e3e0;color:#7c2419;margin-left:.4em}
        .by-hand{background:#fdebd0;color:#6b3a00}.by-rules{background:#dfeaf6;color:#0d3a6b}.link{background:#e9edf3;color:#37424f}
        .rank{color:var(--soft);font-size:.88em}
        .decision{list-style:none;margin:0;padding:0}.decision .by-rules{margin-left:.8em}
        summary{cursor:pointer;padding:.2rem 0;color:var(--accent);font-weight:600}
        .tree,.tree ul{list-style:none;margin:0;padding:0 0 0 1.1rem}.tree{padding-left:.2rem;overflow-x:auto}.tree ul{border-left:2px solid var(--line);margin-left:.5rem}
        .tree ul ul ul ul ul ul ul ul{padding-left:.4rem;margin-left:.1rem}
        .tree li{padding:.1rem 0}.tree .move{display:inline-block;padding:0 .2rem}.tree .hit>.move{background:#fff3c4}
        .heat{list-style:none;margin:.8rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(2.9rem,1fr));gap:.35rem .3rem}
        .heat.differing .same{display:none}
        .heat li,.heat button{display:flex;flex-direction:column;align-items:center;min-width:0}
        .heat button{width:100%;padding:.15rem;border-color:var(--line);border-radius:4px}.heat li.same{padding:.2rem}
        .heat button:hover{border-color:var(--accent)}.heat button[aria-pressed=true] .label{color:#fff}
        .heat svg{width:2.2rem;height:5.1rem}.heat .label{font-size:.72rem;max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;color:var(--ink)}
        .heat text{font-size:10.5px;text-anchor:middle;font-weight:600}
        .h0{fill:#e3e8ee}.h1{fill:#fbd9a0}.h2{fill:#e58a2e}.h3{fill:#8a2f12}.t1,.t2{fill:#1b2430}.t3{fill:#fff}
        .place{border-top:1px solid var(--line);padding-top:.6rem;margin-top:.8rem}.place h3{margin:0 0 .3rem;font-size:1.02rem}
        .class{display:grid;grid-template-columns:3.6rem minmax(8rem,24rem) 1fr;gap:.2rem .8rem;align-items:start;margin:.35rem 0}
        .class svg{width:100%;height:auto;max-height:9rem}.class p{margin:0;font-size:.9rem}
        .seat-both{fill:var(--both)}.seat-hand{fill:#e58a2e}.seat-rules{fill:#fff;stroke:var(--rules);stroke-width:2;stroke-dasharray:3 2}.seat-free{fill:#fff;stroke:#a4adb9}
        .class text{font-size:13px;font-weight:700;text-anchor:middle}.class .sign-hand{fill:#1b2430}.class .sign-rules{fill:var(--rules)}
        .seat-legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;list-style:none;padding:0;margin:.4rem 0;font-size:.88rem}.seat-legend svg{width:1.1rem;height:1.1rem;vertical-align:-.2rem;margin-right:.35rem}.seat-legend text{font-size:13px;font-weight:700;text-anchor:middle}
        @media(max-width:40rem){.class{grid-template-columns:3rem 1fr}.class p{grid-column:1/-1}}
        @media print{
        .many{max-height:none;overflow:visible;border:0;padding:0;background:none}
        .root{content-visibility:visible;break-inside:avoid;padding:1.5mm 3mm;margin:2mm 0}
        .place,.class{break-inside:avoid}.heat{gap:1mm}.heat button{border:0}.heat svg{height:14mm}.heat .label{font-size:6pt}
        .heat{grid-template-columns:repeat(auto-fill,minmax(9mm,1fr))}
        html:not([data-all]) #cards.many details{display:none}
        h3{break-after:avoid}
        }

        """#

    static let comparison = #"""
        const data = JSON.parse($('data').textContent);
        const fold = value => value.normalize('NFKC').toLowerCase();
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

        """#
}
