extension PageStyle {
  /// Tiles, tables, lists that open, and the filter.
  static let blocks: Markup = """
    .tiles{display:flex;flex-wrap:wrap;gap:.75rem}
    .tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.8rem 1rem;flex:1 1 9.5rem;max-width:20rem}
    .tile dt{color:var(--soft);font-size:.8125rem}
    .tile .value{font-size:1.35rem;font-weight:600;line-height:1.3;letter-spacing:-.01em}
    .tile .soft{font-size:.8125rem;line-height:1.4}
    .tile.verdict{flex-basis:100%;max-width:none;border-left-width:5px}
    .tile.good{border-color:var(--good);background:var(--good-back)}.tile.good .value{color:var(--good)}
    .tile.caution{border-color:var(--caution);background:var(--caution-back)}.tile.caution .value{color:var(--caution)}
    .tile.bad{border-color:var(--bad);background:var(--bad-back)}.tile.bad .value{color:var(--bad)}
    .tile.verdict .soft{color:var(--ink)}
    .objections{border:2px solid var(--bad);background:var(--bad-back)}
    .objections h2,.objections h3{color:var(--bad)}
    .objections .soft{color:var(--ink)}
    .finding+.finding{margin-top:1rem}
    .finding h3,.finding h4{font-size:.9375rem;font-weight:600;margin-bottom:.3rem}
    .finding li{margin-bottom:.3rem;max-width:90ch}
    .scroll{overflow-x:auto;max-width:100%}
    table{border-collapse:collapse;width:100%;font-size:.9375rem}
    th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;border-top:1px solid var(--line);font-weight:400}
    th:last-child,td:last-child{padding-right:0}
    thead th{border-top:0;color:var(--soft);font-size:.8125rem;vertical-align:bottom;white-space:nowrap}
    .number{text-align:right;white-space:nowrap;width:1%}
    td.number,th.number{padding-left:.6rem}
    table code{overflow-wrap:anywhere}
    details>summary{cursor:pointer;padding:.25rem 0}
    details>summary+*{margin-top:.5rem}
    .filter{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem .75rem;margin-bottom:.75rem}
    .filter[hidden]{display:none}
    .filter label{font-weight:600;font-size:.9375rem}
    .filter p{margin:0}
    input[type=search]{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:6px;
    padding:.3rem .6rem;flex:1 1 12rem;min-width:0;max-width:24rem}
    .buttons{display:flex;flex-wrap:wrap}
    button{font:inherit;font-size:.875rem;color:inherit;background:var(--card);border:1px solid var(--soft);padding:.35rem .7rem;
    margin-left:-1px;cursor:pointer}
    button:first-child{border-radius:6px 0 0 6px;margin-left:0}button:last-child{border-radius:0 6px 6px 0}
    button[aria-pressed=true]{background:var(--ink);color:var(--card);border-color:var(--ink)}
    button:focus-visible{position:relative}
    .entries{list-style:none;padding:0;border-bottom:1px solid var(--line)}
    .entries.long{max-height:75vh;overflow-y:auto}
    .entries>li{border-top:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 2.3rem}
    .entries>li[hidden]{display:none}
    .entries summary{padding:.4rem 0}
    .entries summary:hover{background:var(--inset)}
    .pill{display:inline-block;font-size:.75rem;line-height:1.5;padding:0 .55em;border-radius:1em;border:1px solid;
    min-width:4.6em;text-align:center}
    .pill.folded{color:var(--link)}
    .pill.kept{color:var(--caution);border-style:dashed}
    .story{margin:0 0 .75rem;padding:.75rem 1rem;background:var(--inset);border-radius:6px;font-size:.9375rem}
    .story dt,.items dt{color:var(--soft);font-size:.8125rem}
    .story dt:not(:first-child){margin-top:.5rem}
    .story ul{list-style:none;padding:0}
    .items{display:grid;grid-template-rows:auto auto;grid-auto-flow:column;justify-content:start;gap:0 2rem;
    margin-bottom:.75rem}
    pre{margin:0 0 .75rem;white-space:pre-wrap}
    .code{max-height:28rem;overflow:auto;background:var(--inset);border-radius:6px;padding:.75rem 1rem}
    script[type="application/json"]{display:block;white-space:pre;font-size:.8125rem}
    .drawing{border:1px solid var(--line);border-radius:6px;max-height:80vh;overflow:auto;margin-top:.5rem}
    .zoom:checked~.drawing svg{width:100%;height:auto}

    """
}
