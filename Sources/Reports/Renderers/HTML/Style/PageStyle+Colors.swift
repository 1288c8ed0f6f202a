extension PageStyle {
  /// The colors, of which every text has a contrast of 4.5 at least to what is behind it.
  ///
  /// Sources: https://www.w3.org/TR/WCAG22/#contrast-minimum; pieces of the bar differ by lightness and pattern as well, for
  /// people who see fewer colors.
  static let colors: Markup = """
    :root{color-scheme:light;--page:#f5f6f8;--card:#fff;--ink:#1a2027;--soft:#535d69;--line:#d8dde4;
    --inset:#f3f5f7;--link:#0a58a8;--good:#0f6b43;--good-back:#e5f4ec;--caution:#8a4f00;--caution-back:#fdf2df;
    --bad:#b0231b;--bad-back:#fcebe9;--direct:#1363a8;--away:#7cb5e4;--reason-1:#d97a1f;--reason-2:#f0b358;
    --reason-3:#a3541a;--reason-4:#e8d3a2;--reason-5:#8f7a58;--reason-6:#b9bfc7;--stripe:rgba(0,0,0,.28)}
    @media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--page:#0f1317;--card:#171c22;
    --ink:#e5e9ee;--soft:#a2acb8;--line:#313944;--inset:#1e242c;--link:#80bbf7;--good:#62cf9b;--good-back:#12301f;
    --caution:#f0b45c;--caution-back:#33260f;--bad:#ff938a;--bad-back:#3b1816;--direct:#4a9be0;--away:#2a5c89;
    --reason-1:#e08a35;--reason-2:#9c6216;--reason-3:#f3c383;--reason-4:#7d5a3c;--reason-5:#c2ab84;
    --reason-6:#6a737e;--stripe:rgba(0,0,0,.4)}}

    """
}
