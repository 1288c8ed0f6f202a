extension PageStyle {
  /// Narrow windows, and paper.
  static let paper: Markup = """
    @media (max-width:36rem){
    .tiles{gap:.5rem}
    .tile{padding:.6rem .75rem;flex-basis:40%;max-width:none}
    .outcomes tr>:nth-child(3){display:none}
    .tile .value{font-size:1.15rem}
    th,td{padding-right:.6rem}
    table{font-size:.875rem}
    .strips th:first-child{padding-right:.9rem}
    .strips th .soft{display:block;margin-left:0}
    .dots{padding-left:2.5rem}
    .items{grid-auto-flow:row;grid-template-columns:auto 1fr;grid-template-rows:none;gap:.1rem 1rem}
    }
    @media print{
    body{background:none;padding:0;max-width:none;font-size:.8125rem}
    section,.tile{border-color:#bbb;break-inside:auto}
    .tile,tr,.entries>li,figure{break-inside:avoid}
    h2,h3{break-after:avoid}
    .bar,.swatch,.tile,.icon,svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .filter,nav,.skip,.back,.zoom,.zoom+label{display:none}
    .entries>li{content-visibility:visible}
    .drawing,.code,.entries.long{max-height:none;overflow:visible}
    .drawing svg{max-width:100%;height:auto}
    }

    """
}
