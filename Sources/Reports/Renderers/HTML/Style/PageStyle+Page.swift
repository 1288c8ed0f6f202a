extension PageStyle {
  /// The page as a whole, and text.
  static let page: Markup = """
    *{box-sizing:border-box}
    html{scroll-behavior:smooth;-webkit-text-size-adjust:100%;text-size-adjust:100%}
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    body{margin:0 auto;padding:1.5rem clamp(.75rem,3vw,2rem) 2rem;max-width:76rem;background:var(--page);
    color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
    font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
    code,pre,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
    h1{font-size:clamp(1.25rem,3vw,1.75rem);line-height:1.25;margin:.1rem 0 .25rem;letter-spacing:-.01em}
    h2{font-size:1.125rem;margin:0 0 .75rem;line-height:1.3}
    h3{font-size:1.0625rem;margin:0 0 .6rem;line-height:1.3}
    h4{font-size:1rem;margin:0 0 .4rem}
    p{margin:0 0 .75rem;max-width:75ch}
    ul{margin:0;padding-left:1.25rem}
    dl,dd{margin:0}
    a{color:var(--link);text-underline-offset:.15em}
    .soft,.more,figcaption{color:var(--soft);font-size:.875rem}
    .arrow{color:var(--soft);font-weight:400}
    .brand{margin:0;color:var(--soft);font-size:.9375rem}
    .brand b{color:var(--ink)}
    .page-head p{margin-bottom:0}
    .page-head{margin-bottom:1rem}
    .skip{position:absolute;left:-99rem;background:var(--card);padding:.5rem 1rem;z-index:1}
    .skip:focus{left:1rem;top:1rem}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;list-style:none;padding:0;margin:0 0 1rem;font-size:.875rem}
    section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.1rem clamp(.8rem,2.5vw,1.4rem);
    margin-bottom:1rem}
    section>:last-child,figure>:last-child{margin-bottom:0}
    section.result{background:none;border:0;padding:0}
    section.result h2,section.result h3{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .model{border-top:2px solid var(--line);margin-top:2rem;padding-top:1.25rem}
    .model>h2{font-size:1.3rem;margin-bottom:.25rem}
    figure{margin:0 0 .75rem}
    footer{color:var(--soft);font-size:.8125rem;padding-top:.5rem}
    .icon{width:1.1em;height:1.1em;vertical-align:-.2em;fill:none;stroke:var(--card);stroke-width:2.6;stroke-linecap:round;
    stroke-linejoin:round;border-radius:50%;flex:none}
    .icon.good{background:var(--good)}.icon.caution{background:var(--caution)}.icon.bad{background:var(--bad)}

    """
}
