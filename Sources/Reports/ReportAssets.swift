/// The style and the scripts of pages about a round; both stand inside the page.
enum ReportAssets {
    static let style = #"""
        :root{--ink:#1b2430;--soft:#4a5563;--line:#d5dbe3;--paper:#fff;--wash:#f4f6f9;--placed:#1f5fa8;--stays:#b8860b;--held:#a33a2c;--good:#1c6b3f;--accent:#124a86}
        *{box-sizing:border-box}
        html{scroll-padding-top:3.5rem}
        body{margin:0;color:var(--ink);background:var(--wash);font:16px/1.65 "Noto Sans CJK JP","Noto Sans JP","Hiragino Sans","Yu Gothic UI","Meiryo",system-ui,sans-serif;font-variant-numeric:tabular-nums}
        html[data-lang=ja] [lang=en]:not(html):not(button),html[data-lang=en] [lang=ja]:not(html):not(button){display:none}
        .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem 1rem;z-index:9}
        header,nav,main{max-width:72rem;margin:0 auto;padding:0 1.5rem}
        header{display:flex;flex-wrap:wrap;gap:1rem;justify-content:space-between;align-items:end;padding-top:2rem}
        header p{margin:0;color:var(--soft)}
        .kicker{letter-spacing:.08em;font-size:.85rem}
        h1{font-size:1.9rem;line-height:1.25;margin:.1rem 0 .3rem}h1 span{font-weight:400;color:var(--soft);margin-left:.4em;font-size:1.3rem}
        h2{font-size:1.25rem;margin:0 0 .8rem;padding-bottom:.35rem;border-bottom:2px solid var(--accent)}
        .tools{display:flex;gap:.5rem;align-items:center;flex-wrap:wrap}
        button{font:inherit;color:var(--ink);background:#fff;border:1px solid #6b7685;border-radius:4px;padding:.3rem .8rem;cursor:pointer}
        button[aria-pressed=true]{background:var(--accent);color:#fff;border-color:var(--accent)}
        :focus-visible{outline:3px solid #f0a500;outline-offset:2px}
        nav{position:sticky;top:0;background:var(--wash);z-index:2;margin-top:1rem;border-bottom:1px solid var(--line)}
        nav ul{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:0;padding:.5rem 0}
        nav a,a{color:var(--accent)}nav a{text-decoration:none;font-size:.92rem;padding:.15rem 0}nav a:hover{text-decoration:underline}
        section{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:1.4rem 1.6rem;margin:1.2rem 0}
        .tiles{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.8rem}
        .tiles li{border:1px solid var(--line);border-top:5px solid #6b7685;border-radius:6px;padding:.7rem .9rem;display:flex;flex-direction:column}
        .tiles .is-placed{border-top-color:var(--placed)}.tiles .is-stays{border-top-color:var(--stays)}.tiles .is-held,.tiles .is-claim{border-top-color:var(--held)}.tiles .is-good{border-top-color:var(--good)}
        .tiles strong{font-size:2rem;line-height:1.2}.label,.note{font-size:.88rem}.note{color:var(--soft)}
        .status{font-size:1.05rem;margin:1rem 0 0}.good{color:var(--good);font-weight:600}
        .caution{border-left:4px solid var(--held);padding-left:.8rem}
        .pair{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem;align-items:start}
        .chart{margin:0 0 1rem}.chart svg{width:100%;height:auto;display:block}.chart text{font-size:15px;fill:var(--ink)}
        figcaption{font-weight:600;margin-bottom:.4rem}
        svg .placed{fill:var(--placed)}svg .stays{fill:#e3b341}svg .held{fill:var(--held)}
        svg .in-placed,svg .in-held{fill:#fff}svg .in-stays{fill:#1b2430}
        .chart text.in-placed,.chart text.in-held{fill:#fff}
        .legend{list-style:none;display:flex;gap:1.2rem;padding:0;margin:.3rem 0 0;font-size:.9rem}
        .key{display:inline-block;width:.9em;height:.9em;margin-right:.4em;vertical-align:-.08em}.key.placed{background:var(--placed)}.key.stays{background:#e3b341}.key.held{background:var(--held)}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .scroll{overflow:auto;max-width:100%}.scroll+.scroll{margin-top:1.1rem}.pair>.scroll{margin-top:0}.wide{content-visibility:auto;contain-intrinsic-size:auto 44rem}.wide .scroll{max-height:34rem;border:1px solid var(--line)}
        table{border-collapse:collapse;width:100%;font-size:.95rem}
        caption{text-align:left;font-weight:600;padding:.2rem 0 .4rem}.wide caption{padding:.5rem .7rem}
        th,td{padding:.32rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
        thead th{background:#e9edf3;white-space:nowrap}.wide thead th{position:sticky;top:0}
        tbody th{font-weight:500}.n{text-align:right}
        thead button{border:0;background:none;padding:0;font-weight:600;text-align:inherit}
        thead button::after{content:" \2195";color:#5b6675}[aria-sort=ascending] button::after{content:" \2191";color:inherit}[aria-sort=descending] button::after{content:" \2193";color:inherit}
        small{color:var(--soft)}code{font-size:.92em}
        .find{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}.find input{font:inherit;padding:.45rem .7rem;min-width:16rem;border:1px solid #6b7685;border-radius:4px}
        #found{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.4rem}#count{color:var(--soft);margin:.5rem 0}
        #card h3{margin:.6rem 0 .3rem}#card:not(:empty){border-top:1px solid var(--line);margin-top:.8rem}
        footer{color:var(--soft);font-size:.9rem;padding:0 .2rem 2rem}.paper{display:none}
        @media(max-width:56rem){.pair{grid-template-columns:1fr}}
        @media print{
        @page{size:A4;margin:14mm 12mm}
        body{background:#fff;font-size:9.5pt;line-height:1.5}header,main{max-width:none;padding:0}
        nav,.tools,.screen,.skip{display:none!important}
        section{border:0;padding:0;margin:0 0 5mm;break-inside:auto}h2{break-after:avoid;font-size:13pt}
        h1{font-size:18pt}.tiles{grid-template-columns:repeat(5,1fr);gap:2mm}.tiles li{padding:2mm}.tiles strong{font-size:16pt}.label,.note{font-size:7.5pt}
        .pair{grid-template-columns:1.15fr 1fr;gap:6mm;break-inside:avoid}
        table{font-size:8.5pt}th,td{padding:.8mm 1.6mm}tr,figure,.tiles{break-inside:avoid}thead{display:table-header-group}
        .scroll,.wide .scroll{overflow:visible;max-height:none;border:0}.wide thead th{position:static}
        thead button::after,thead button::after{content:""!important}
        html:not([data-all]) .long{display:none}html:not([data-all]) .paper{display:block;color:#4a5563}
        #chart-fill{max-width:110mm}.legend{font-size:8pt}.status{font-size:10.5pt}.wide{content-visibility:visible}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        }

        """#

    /// What the script of every page starts with: making elements, the language, printing, sorting.
    static let frame = #"""
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
        const table = (parent, caption, headings, rows) => {
          const element = make('table', undefined, parent);
          make('caption', caption, element);
          const head = make('tr', undefined, element.createTHead());
          for (const heading of headings) make('th', heading, head, {scope: 'col'});
          const body = element.createTBody();
          for (const cells of rows) {
            const row = body.insertRow();
            cells.forEach((cell, index) => index ? make('td', cell, row) : make('th', cell, row, {scope: 'row'}));
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
            const ascending = heading.getAttribute('aria-sort') !== 'ascending';
            for (const other of headings) other.removeAttribute('aria-sort');
            heading.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
            const isNumber = heading.classList.contains('n'), sign = ascending ? 1 : -1;
            const rows = [...table.tBodies[0].rows].map((row, index) => {
              const text = row.cells[column].textContent.trim();
              const number = parseFloat(text);
              return {row, index, key: isNumber ? (isNaN(number) ? -Infinity : number) : text};
            });
            rows.sort((a, b) => (isNumber ? a.key === b.key ? 0 : a.key - b.key : collator.compare(a.key, b.key)) * sign || a.index - b.index);
            table.tBodies[0].append(...rows.map(entry => entry.row));
          });
        }

        """#

    /// The search of the report.
    static let search = #"""
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
        const facility = index => index < 0 ? '–' : data.facilities[index][0] + ' ' + data.facilities[index][1];
        const reason = (wish, child) => {
          const kind = wish[1];
          const places = (seats, kept) => kept
            ? fill(say(data.placesKept), {offered: seats - kept, kept}) : fill(say(data.places), {seats});
          if (kind.startsWith('seats.')) {
            const [, , key, own, last, ahead, seats, kept] = wish;
            return fill(say(data.kinds[kind]), {key: key >= 0 ? say(data.keys[key]) : '', own, last: say(last), ahead, places: places(seats, kept)});
          }
          const [, , siblings, facilities, ahead, seats, kept] = wish;
          return fill(say(data.kinds[kind]), {condition: child[5] ? say(child[5]) : '', siblings, facilities, ahead, places: places(seats, kept)});
        };
        const showChild = child => {
          const card = $('card');
          card.replaceChildren();
          make('h3', text('児童 ', 'Child ') + child[0], card);
          make('p', say(data.outcomes[child[3]]) + (child[4] >= 0 ? ': ' + facility(child[4]) : '')
            + text('。世帯 ', '. Household ') + child[1] + text('、', ', ') + child[2] + text('歳児クラス', ' years')
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
            [text('クラス', 'Class'), text('募集', 'Seats'), text('申込', 'Applicants'), text('内定', 'Placed'), text('残り', 'Left'), text('最後に内定した児童', 'Last child placed')],
            data.borders.filter(row => row[0] === index).map(row => [row[1], row[2] < 0 ? '' : row[2], row[3], row[4], row[5], row[6]]));
          if ($('staff').checked) for (const [title, rows] of [
            [text('ここに内定・在園', 'Placed or staying here'), data.children.filter(child => child[4] === index)],
            [text('待機順位(どこにも内定していない児童だけ)', 'Waiting order (only children who are placed nowhere)'), data.waiting.filter(row => row[0] === index).map(row => data.children[row[2]])]]) {
            if (!rows.length) continue;
            make('p', title, card);
            const list = make('p', undefined, card);
            for (const child of rows) button(child[0] + ' (' + child[2] + ')', () => showChild(child), list);
          }
          shown = () => showFacility(index);
        };
        const find = () => {
          clear();
          const query = $('q').value.trim().normalize('NFKC').toLowerCase(), list = $('found');
          if (!query) return;
          load();
          const has = value => value.toLowerCase().includes(query);
          const hits = [];
          data.facilities.forEach((entry, index) => { if (has(entry[0]) || has(entry[1])) hits.push([entry[0] + ' ' + entry[1], () => showFacility(index)]); });
          for (const child of data.children) if (has(child[0]) || has(child[1])) hits.push([child[0] + ' (' + child[1] + ')', () => showChild(child)]);
          const most = 30;
          $('count').textContent = hits.length > most
            ? text(`${hits.length} 件のうち ${most} 件`, `${most} of ${hits.length} found`) : text(`${hits.length} 件`, `${hits.length} found`);
          for (const [label, action] of hits.slice(0, most)) button(label, action, make('li', undefined, list));
          if (hits.length === 1) hits[0][1]();
        };
        let timer;
        $('q').oninput = () => { clear(); clearTimeout(timer); timer = setTimeout(find, 80); };
        $('staff').onchange = () => { if (shown) shown(); };

        """#
}
