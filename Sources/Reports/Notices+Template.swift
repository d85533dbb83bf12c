extension Notices {
    /// The template that is used if the city has none of its own.
    ///
    /// Its measures are those of `LetterSheets`, which decides what is on which sheet.
    public static let defaultTemplate = #"""
        <!doctype html>
        <html lang="ja">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:">
        <title>利用調整結果通知書</title>
        <style>
        @page { size: A4; margin: 0; }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0; background: #e8e8e4; color: #111; font: 3.4mm/5.4mm "BIZ UDMincho", "BIZ UDPMincho", "Yu Mincho", "Hiragino Mincho ProN", "Noto Serif CJK JP", "Noto Serif JP", serif; text-autospace: no-autospace; overflow-wrap: anywhere; }
        /* A sheet. What does not fit on it goes on below, so that nothing is ever cut off. */
        .sheet { position: relative; width: 210mm; min-height: 296.9mm; padding: 14mm 22mm 18mm; margin: 8mm auto; background: #fff; box-shadow: 0 .5mm 3mm rgb(0 0 0 / .2); break-after: page; }
        p, h1 { margin: 0; } p, td { text-align: justify; }
        /* The address stands where the window of an envelope is. */
        .top { display: grid; grid-template-columns: 80mm 1fr; column-gap: 6mm; min-height: 34mm; }
        .addressee { font-size: 3.7mm; line-height: 5.2mm; }
        .reference { font-size: 3.5mm; line-height: 5.4mm; } .reference p, .sender p { text-align: right; }
        .sender { font-size: 3.7mm; line-height: 6mm; padding-right: 6mm; }
        h1 { font-size: 5mm; line-height: 8mm; font-weight: 600; text-align: center; letter-spacing: .04em; margin: 7mm 0 5mm; }
        .opening { font-size: 3.7mm; line-height: 6mm; text-indent: 1em; }
        .child { font-size: 3.7mm; line-height: 6mm; margin-top: 3mm; }
        .outcome { font-size: 4.4mm; line-height: 8.5mm; }
        .outcome, .heading, .legalHeading, th { font-family: "BIZ UDGothic", "BIZ UDPGothic", "Yu Gothic", "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", sans-serif; font-weight: 700; }
        .note { font-size: 3mm; line-height: 4.6mm; margin-top: 1mm; color: #333; }
        .heading { font-size: 3.5mm; line-height: 5.6mm; margin-top: 2mm; }
        .item, .legalItem { padding-left: 1em; text-indent: -1em; }
        .numbered, .legalNumbered { padding-left: 1.5em; text-indent: -1.5em; }
        .legal, .legalItem, .legalNumbered, .legalHeading { font-size: 3mm; line-height: 4.6mm; }
        .legalHeading { margin-top: 2mm; }
        .gap { height: 2.5mm; }
        table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 3.2mm; line-height: 4.8mm; }
        th, td { border: .2mm solid #888; padding: 1mm 1.2mm; text-align: left; vertical-align: top; }
        th { background: #f0f0ed; font-weight: 400; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        tr { break-inside: avoid; }
        .rank { width: 16mm; } .place { width: 47mm; }
        .further { height: 10mm; font-size: 3mm; line-height: 4.6mm; color: #333; }
        footer { position: absolute; left: 22mm; right: 22mm; bottom: 9mm; display: flex; justify-content: space-between; gap: 4mm; border-top: .2mm solid #888; padding-top: 1mm; font-size: 3mm; line-height: 4.6mm; }
        .draft { position: absolute; left: 0; right: 0; top: 5mm; text-align: center; font-size: 3mm; line-height: 4.6mm; color: #a00; }
        .sample { position: absolute; inset: 0; display: flex; align-items: center; justify-content: center; font-size: 70mm; line-height: 1; letter-spacing: .2em; color: rgb(0 0 0 / .07); pointer-events: none; overflow: hidden; }
        .sample span { transform: rotate(-35deg); }
        @media print {
        body { background: #fff; } .sheet { margin: 0; box-shadow: none; }
        article:last-child .sheet:last-child { break-after: auto; }
        }
        @media screen and (max-width: 215mm) {
        body { font-size: 15px; line-height: 1.7; }
        .sheet { width: auto; min-height: 0; margin: 0 0 12px; padding: 26px 16px 16px; }
        .top { display: block; min-height: 0; } .addressee, .reference, .sender, .opening, .child, .heading { font-size: 1em; line-height: 1.7; }
        .sender { padding: 0; } .outcome { font-size: 1.15em; line-height: 1.6; } h1 { font-size: 1.25em; line-height: 1.5; margin: 20px 0 14px; }
        .legal, .legalItem, .legalNumbered, .legalHeading, .note, table { font-size: 13px; line-height: 1.6; }
        .rank { width: 4.6em; } .place { width: 30%; }
        .further { height: auto; margin-bottom: 10px; font-size: 12px; } footer { position: static; margin-top: 16px; font-size: 12px; }
        .sample { font-size: 34vw; }
        }
        </style>
        </head>
        <body>
        {{#letters}}
        <article>
        {{#sheets}}
        <section class="sheet">
        {{#isSample}}<div class="sample" aria-hidden="true"><span>見本</span></div>{{/isSample}}
        {{#isDraft}}<p class="draft">【下書き】確かめていない箇所があります</p>{{/isDraft}}
        {{#isFirst}}
        <div class="top">
        <div class="addressee">{{#addressee}}<p>{{text}}</p>{{/addressee}}</div>
        <div class="reference">{{#reference}}<p>{{text}}</p>{{/reference}}</div>
        </div>
        <div class="sender">{{#sender}}<p>{{text}}</p>{{/sender}}</div>
        <h1>{{title}}</h1>
        {{/isFirst}}
        {{^isFirst}}<p class="further">{{title}}　続き</p>{{/isFirst}}
        {{#parts}}
        {{#lines}}<p class="{{style}}">{{text}}</p>{{/lines}}
        {{#hasRows}}
        <table>
        <thead><tr><th class="rank" scope="col">希望</th><th class="place" scope="col">施設</th><th scope="col">結果と理由</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><td>{{rank}}</td><td>{{facility}}</td><td>{{reason}}</td></tr>
        {{/rows}}
        </tbody>
        </table>
        {{/hasRows}}
        {{/parts}}
        <footer><span>世帯番号 {{household}}</span><span>{{number}}／{{count}}</span></footer>
        </section>
        {{/sheets}}
        </article>
        {{/letters}}
        </body>
        </html>

        """#
}
