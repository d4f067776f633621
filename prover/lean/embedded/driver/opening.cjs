'use strict';
// What Lean gives to the proof of a theorem: the environment and the goal at the beginning of its `by`.
//
// The elaborator of `skip` is replaced, before anything is imported, by one that does nothing as well but can be told to
// note where it runs. A statement is elaborated with `skip; sorry` for a proof, so what is noted is what Lean itself made
// of the statement: binders introduced by the elaborator, whatever their syntax, and an environment that holds every
// auxiliary definition of the statement but not the theorem.

const KIND = 'Lean.Parser.Tactic.skip';
const ARITY = 10; // syntax, then context and reference of TacticM, TermElabM, MetaM and CoreM, then the erased world
const CORE_STATE = { environment: 0 };

module.exports = function opening(lean) {
  const { box, unbox, keep, drop, field, take, items, call, run, deref } = lean;
  let noted = null; // the last place, while one is wanted
  let wanted = false;

  function atSkip(...given) {
    if (wanted) {
      if (noted) release(noted);
      const [goals, meta, core] = [given[2], given[6], given[8]].map(deref);
      noted = { environment: take(core, CORE_STATE.environment), metavariables: take(meta, 0), goals: lean.listItems(goals).map(keep) };
      [goals, meta, core].forEach(drop);
    }
    given.forEach(drop); // a closure owns its arguments
    return lean.okUnit();
  }

  /** To be called once, before anything is imported. */
  function install() {
    if (lean.resumed !== null) return void lean.own.set(KIND, atSkip);
    const attribute = keep(lean.global('Lean_Elab_Tactic_tacticElabAttribute'));
    drop(run('Lean_KeyedDeclsAttribute_addBuiltin___redArg', attribute, lean.name(KIND), lean.name('Lean.Elab.Tactic.evalSkip'), lean.closureOf(KIND, atSkip, ARITY)));
  }

  const release = ({ environment, metavariables, goals }) => [environment, metavariables, ...goals].forEach(drop);

  /** Elaborate something by `action` and return [its value, the place of the last `skip` that ran, owned, or null]. */
  function notingSkip(action) {
    wanted = true;
    try {
      const value = action();
      return [value, noted];
    } finally {
      wanted = false;
      noted = null;
    }
  }

  /**
   * A place's one goal: the names of its hypotheses in order, and its expression closed over them, owned; null if there is
   * not exactly one goal. The theorem itself, which the elaborator offers for recursion, is no hypothesis.
   */
  function goalAt({ metavariables, goals }) {
    if (goals.length !== 1) return null;
    const declaration = call('Lean_MetavarContext_getDecl', keep(metavariables), keep(goals[0]));
    const local = take(declaration, 1);
    const variables = call('Lean_LocalContext_getFVars', keep(local));
    const given = items(variables)
      .map((variable) => ({ variable, local: call('Lean_LocalContext_get_x21', keep(local), call('Lean_Expr_fvarId_x21', keep(variable))) }))
      .filter((each) => unbox(call('Lean_LocalDecl_isAuxDecl', keep(each.local))) === 0 || (drop(each.local), false));
    const names = given.map((each) => lean.nameText(call('Lean_LocalDecl_userName', each.local)));
    const chosen = lean.array(given.map(({ variable }) => keep(variable)));
    const closed = call('Lean_LocalContext_mkForall', local, chosen, take(declaration, 2), box(0), box(0));
    [variables, declaration].forEach(drop);
    const result = call('Lean_instantiateMVarsCore', keep(metavariables), closed);
    const expression = take(result, 0);
    drop(result);
    return { names, expression };
  }

  return { install, notingSkip, goalAt, release };
};
