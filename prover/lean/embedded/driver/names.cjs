'use strict';
// Names of Lean as texts. `Name.toString` gives one text to different names («a.b» and a.b), which an audit must not mix up.

const STRING = 1; // Name.str; the other constructor with fields is Name.num
const GENERATED = /^(match_|_)/;

module.exports = function names(lean) {
  const { box, field, isScalar, keep, tag, text, unbox, call } = lean;

  /** A text that no other name has. Lends the name. */
  function key(name) {
    let result = '';
    for (; !isScalar(name); name = field(name, 0)) {
      const part = field(name, 1);
      if (tag(name) === STRING) {
        const s = text(keep(part));
        result = `${s.length}:${s}${result}`;
      } else {
        result = `#${isScalar(part) ? unbox(part) : text(call('Nat_reprFast', keep(part)))};${result}`;
      }
    }
    return result;
  }

  /** A name as people write it in source, with «» where it needs them. Lends the name. */
  const shown = (name) => text(call('Lean_Name_toString', keep(name), box(1), box(0)));

  const append = (prefix, written) =>
    [...written.matchAll(/«([^»]*)»|[^.«»]+/g)].reduce((name, [part, quoted]) =>
      quoted === undefined && /^\d+$/.test(part)
        ? call('Lean_Name_num___override', name, lean.natural(Number(part)))
        : call('Lean_Name_str___override', name, lean.string(quoted ?? part)), prefix);

  /** The name that `shown` gives as this text; owned. */
  const parse = (written) => append(box(0) /* anonymous */, written);

  /** The name that a declaration called `written` (as `shown` gives it) has in a namespace; owned. Lends the namespace. */
  const declared = (namespace, written) =>
    written.startsWith('_root_.') ? parse(written.slice('_root_.'.length)) : append(keep(namespace), written);

  /** Whether Lean gives such a name to a part of a declaration, as to a `match` in its type or to a proof. Lends the name. */
  const isGenerated = (name) => !isScalar(name) && tag(name) === STRING && GENERATED.test(text(keep(field(name, 1))));

  return { key, shown, parse, declared, isGenerated };
};
