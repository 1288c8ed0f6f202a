extension PageStyle {
  /// The bar, dots, strips and their keys.
  static let charts: Markup = """
    .bar{display:flex;gap:2px;height:2.25rem;border-radius:6px;overflow:hidden;margin-bottom:.9rem}
    .bar span{min-width:3px;flex-basis:0}
    .direct{background:var(--direct)}
    .away{background:repeating-linear-gradient(45deg,var(--stripe) 0 2px,transparent 2px 8px),var(--away)}
    .reason-1{background:var(--reason-1)}
    .reason-2{background:repeating-linear-gradient(-45deg,var(--stripe) 0 2px,transparent 2px 8px),var(--reason-2)}
    .reason-3{background:radial-gradient(circle,var(--stripe) 1.4px,transparent 1.8px) 0 0/6px 6px,var(--reason-3)}
    .reason-4{background:repeating-linear-gradient(90deg,var(--stripe) 0 2px,transparent 2px 7px),var(--reason-4)}
    .reason-5{background:repeating-linear-gradient(0deg,var(--stripe) 0 2px,transparent 2px 7px),var(--reason-5)}
    .reason-6{background:var(--reason-6)}
    .swatch{float:left;width:1.05rem;height:1.05rem;border-radius:3px;margin:.2rem .6rem 0 0}
    .share{display:block;overflow:hidden;max-width:85ch}
    .share .soft{display:block}
    svg{display:inline-block;overflow:visible}
    svg svg{overflow:visible}
    .grid{stroke:var(--line)}
    .tick,.limit-name{fill:var(--soft);font-size:.75rem}
    .dots{display:block;padding:0 .5rem 0 3.25rem;width:100%}
    .dot{fill:var(--direct);fill-opacity:.85}
    .beyond path{fill:var(--bad)}
    .explained{fill:var(--good);fill-opacity:.09}
    .limit{stroke:var(--good);stroke-width:1.5;stroke-dasharray:6 4}
    .limit-name{fill:var(--good)}
    .strips{table-layout:auto}
    .strips th:first-child{width:99%;padding-right:1.5rem}
    .strips th .soft{margin-left:.5rem;font-size:.8125rem}
    .strips thead th:first-child{line-height:1.2}
    .strip{display:block;margin-top:.15rem}
    .strip .tick{font-size:.6875rem}
    .before line{stroke:var(--soft);stroke-width:1.5}
    .before rect{fill:var(--card);stroke:var(--soft);stroke-width:1.5}
    .after line{stroke:var(--direct);stroke-width:1.5}
    .after rect{fill:var(--direct)}
    .before .median{stroke:var(--ink);stroke-width:2}
    .after .median{stroke:var(--card);stroke-width:2}
    .mark.difference{fill:var(--direct)}
    .mark.rounding{fill:var(--soft)}
    .mark.exact path{fill:var(--card);stroke:var(--good);stroke-width:2}
    .key{vertical-align:-.15em}
    svg.key:not(:first-child){margin-left:.8rem}
    .legend{max-width:none}
    .facts{list-style:none;padding:0;margin-bottom:.75rem}
    .facts li{margin-bottom:.2rem;max-width:90ch}

    """
}
