'use strict';
// Theorems that say nothing new: those that `exact` closes with a single constant that is imported.
//
// Candidates are the theorems whose conclusion has the shape of the goal, taken from an index over all of the library;
// Lean decides: `apply`, with what remains found among the hypotheses.

const EXPR = { bvar: 0, sort: 3, const: 4, app: 5, lam: 6, forallE: 7, letE: 8, lit: 9, mdata: 10, proj: 11 };
const MOST_CANDIDATES = 24;
const VARIABLE = '*';

module.exports = function oneliners(lean, engine, audit) {
  const { raw, keep, drop, tag, field } = lean;
  const { key, shown } = require('./names.cjs')(lean);
  const index = new Map(); // head of the conclusion -> shape of its last argument but one -> theorems

  const texts = new Map(); // of names that lie in compiled modules, which never move
  function textOf(name) {
    let text = texts.get(name);
    if (text === undefined) texts.set(name, (text = key(name)));
    return text;
  }

  const bare = (e) => { while (tag(e) === EXPR.mdata) e = field(e, 1); return e; };
  function spine(e) {
    const args = [];
    for (e = bare(e); tag(e) === EXPR.app; e = bare(field(e, 0))) args.unshift(field(e, 1));
    return { head: e, args };
  }

  function conclusion(type) {
    for (type = bare(type); tag(type) === EXPR.forallE; type = bare(field(type, 2)));
    return type;
  }

  /** The outermost symbol of an expression, or VARIABLE where it is a variable. */
  function shape(e) {
    const { head } = spine(e);
    if (tag(head) === EXPR.const) return textOf(field(head, 0));
    return tag(head) === EXPR.bvar ? VARIABLE : `#${tag(head)}`;
  }

  function place(e) {
    const { head, args } = spine(e);
    if (tag(head) !== EXPR.const) return null;
    return { head: `${textOf(field(head, 0))}/${args.length}`, shape: args.length ? shape(args[Math.max(0, args.length - 2)]) : '' };
  }

  /** Note a theorem; its name and type have to lie in a compiled module. */
  function note(name, type) {
    const end = conclusion(type);
    const at = place(end);
    if (at === null) return; // `absurd`, `And.left`: whatever they conclude comes from a hypothesis
    const shapes = index.get(at.head) ?? index.set(at.head, new Map()).get(at.head);
    (shapes.get(at.shape) ?? shapes.set(at.shape, []).get(at.shape)).push({ name, end });
  }

  /** Whether a conclusion might be an instance of another one, whose variables stand for anything. */
  function fits(pattern, target) {
    const p = spine(pattern);
    if (tag(p.head) === EXPR.bvar) return true;
    const t = spine(target);
    if (tag(p.head) !== tag(t.head) || p.args.length !== t.args.length) return false;
    const below = (i) => fits(field(p.head, i), field(t.head, i));
    switch (tag(p.head)) {
      case EXPR.const: if (textOf(field(p.head, 0)) !== textOf(field(t.head, 0))) return false; break;
      case EXPR.lit: if (!raw.lean_expr_eqv(p.head, t.head)) return false; break;
      case EXPR.lam: case EXPR.forallE: if (!below(1) || !below(2)) return false; break;
      case EXPR.proj: if (!below(2)) return false; break;
      default:
    }
    return p.args.every((argument, i) => fits(argument, t.args[i]));
  }

  /** Names, as source writes them, of imported theorems that might close a goal of this type. */
  function candidates(environment, type) {
    const end = conclusion(type);
    const at = place(end);
    const shapes = at === null ? undefined : index.get(at.head);
    if (shapes === undefined) return [];
    const found = [];
    for (const { name, end: pattern } of [at.shape, VARIABLE].flatMap((s) => shapes.get(s) ?? [])) {
      if (found.length === MOST_CANDIDATES) break;
      if (!fits(pattern, end)) continue;
      const info = audit.lookUp(environment, name);
      if (info === null) continue;
      drop(info);
      found.push(shown(name));
    }
    return found;
  }

  /** Whether a single imported constant closes a statement, in the context of a command state; lends all three. */
  function isClosed(commandState, type, levels, heartbeats) {
    const names = candidates(audit.environmentOf(commandState), type).filter((name) => !name.startsWith('_private'));
    const ways = ['exact rfl', 'exact Iff.rfl', ...names.map((name) => `(apply _root_.${name} <;> assumption)`)];
    const { problem, state } = engine.open(commandState, keep(type), 0, levels);
    try {
      return engine.step(problem, state, `intros\nfirst\n${ways.map((way) => `  | ${way}`).join('\n')}`, heartbeats).status === 'solved';
    } finally {
      engine.release(state);
      engine.close(problem);
    }
  }

  return { note, isClosed };
};
