'use strict';
// Builds names, levels and expressions of a checked document with Lean's own constructors, which compute the hashes, depths
// and variables that they keep: nothing of that is in a document.

module.exports = function decoder(lean) {
  const { raw, box, keep, drop } = lean;

  /** A natural number from its decimal digits. */
  function numeral(digits) {
    if (digits.length < 10 && Number(digits) < 2 ** 31) return box(Number(digits));
    const bytes = Buffer.from(digits + '\0', 'latin1');
    const at = raw.malloc(bytes.length) >>> 0;
    new Uint8Array(globalThis.Module.wasmMemory.buffer).set(bytes, at);
    const made = raw.lean_cstr_to_nat(at) >>> 0;
    raw.free(at);
    return made;
  }

  /**
   * `rename(i)` answers an owned name that stands for name `i` where it names a constant, or null; `parameter(i)` the same for
   * universe parameters. Everything that is returned is lent until `release`.
   */
  return function decode({ names, levels, exprs }, rename = () => null, parameter = () => null) {
    const made = { names: [box(0)], constants: new Map(), parameters: new Map(), levels: [box(0)], exprs: [] };
    for (let i = 1; i < names.length; i++) {
      const [parent, part] = names[i];
      const prefix = keep(made.names[parent]);
      made.names.push((typeof part === 'number' ? raw.lean_name_mk_numeral(prefix, numeral(String(part))) : raw.lean_name_mk_string(prefix, lean.string(part))) >>> 0);
    }
    const renamed = (table, i, by) => {
      let name = table.get(i);
      if (name === undefined) table.set(i, (name = by(i) ?? keep(made.names[i])));
      return name;
    };
    const constant = (i) => renamed(made.constants, i, rename);
    const universe = (i) => renamed(made.parameters, i, parameter);
    made.levels[0] = raw.lean_level_mk_zero(box(0)) >>> 0;
    for (let i = 1; i < levels.length; i++) {
      const [kind, a, b] = levels[i];
      const level = (j) => keep(made.levels[j]);
      made.levels.push((kind === 'P' ? raw.lean_level_mk_param(keep(universe(a)))
        : kind === 'S' ? raw.lean_level_mk_succ(level(a))
        : kind === 'M' ? raw.lean_level_mk_max(level(a), level(b))
        : raw.lean_level_mk_imax(level(a), level(b))) >>> 0);
    }
    const part = (j) => keep(made.exprs[j]);
    for (const e of exprs) {
      let x;
      switch (e[0]) {
        case 'v': x = raw.lean_expr_mk_bvar(box(e[1])); break;
        case 's': x = raw.lean_expr_mk_sort(keep(made.levels[e[1]])); break;
        case 'c': x = raw.lean_expr_mk_const(keep(constant(e[1])), lean.list(e[2].map((level) => keep(made.levels[level])))); break;
        case 'a': x = raw.lean_expr_mk_app(part(e[1]), part(e[2])); break;
        case 'l': x = raw.lean_expr_mk_lambda(keep(made.names[e[1]]), part(e[2]), part(e[3]), e[4]); break;
        case 'p': x = raw.lean_expr_mk_forall(keep(made.names[e[1]]), part(e[2]), part(e[3]), e[4]); break;
        case 'e': x = raw.lean_expr_mk_let(keep(made.names[e[1]]), part(e[2]), part(e[3]), part(e[4]), e[5]); break;
        case 'n': x = raw.lean_expr_mk_lit(lean.constructor(0, [numeral(e[1])])); break;
        case 't': x = raw.lean_expr_mk_lit(lean.constructor(1, [lean.string(e[1])])); break;
        default: x = raw.lean_expr_mk_proj(keep(constant(e[1])), box(e[2]), part(e[3]));
      }
      made.exprs.push(x >>> 0);
    }
    return {
      constant, universe, level: (i) => made.levels[i], expr: (i) => made.exprs[i],
      release() {
        for (const table of [made.names, made.levels, made.exprs, made.constants, made.parameters]) table.forEach(drop);
      },
    };
  };
};
