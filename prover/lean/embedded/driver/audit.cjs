'use strict';
// What a theorem rests on: walks the constants that its type and its proof use, and has the kernel check all of those that
// are new again, from scratch, in the trusted environment.

const naming = require('./names.cjs');

const CONSTANT_KINDS = ['axiom', 'def', 'theorem', 'opaque', 'quot', 'inductive', 'constructor', 'recursor'];
// The constructors of `Declaration` that can be replayed; they hold the same value object as the `ConstantInfo`.
const DECLARATION = new Map([['def', 1], ['theorem', 2]]);
const CONTEXT_MODULE = 'Core'; // what `compiled.py` calls it
const INDUCTIVE_DECLARATION = 6;
const INDUCTIVE = { parameters: 1, all: 3, constructors: 4 }; // fields of InductiveVal
const SAFE = 1; // DefinitionSafety: unsafe, safe, partial

module.exports = function audit(lean, front, engine) {
  const { raw, box, unbox, isScalar, keep, drop, tag, size, field, take, call } = lean;

  const { key, shown } = naming(lean);

  const environmentOf = (commandState) => field(commandState, 0);

  /** The `ConstantInfo` of a name, owned, or null. Lends environment and name. */
  function lookUp(environment, name) {
    const found = call('Lean_Environment_find_x3f', keep(environment), keep(name), box(0));
    if (isScalar(found)) return null;
    const info = take(found, 0);
    drop(found);
    return info;
  }

  /** The same as the kernel sees it: also what the kernel made by itself. */
  function inKernel(environment, name) {
    const kernel = raw.lean_elab_environment_to_kernel_env(keep(environment)) >>> 0;
    const found = raw.lean_environment_find(kernel, keep(name)) >>> 0;
    if (isScalar(found)) return null;
    const info = take(found, 0);
    drop(found);
    return info;
  }

  /** The index of the module that the context was compiled to, or -1. The imports of a process never change. */
  let contextIndex = null;
  function contextModule(environment) {
    if (contextIndex === null) {
      const names = call('Lean_Environment_allImportedModuleNames', keep(environment));
      contextIndex = lean.items(names).findIndex((n) => lean.nameText(keep(n)) === CONTEXT_MODULE);
      drop(names);
    }
    return contextIndex;
  }

  /** Whether a constant belongs to the context or to what was elaborated on top of it, rather than to Lean. */
  function isOurs(environment, dotted) {
    const name = lean.name(dotted);
    const info = lookUp(environment, name);
    const index = info === null ? null : moduleIndex(environment, name);
    if (info !== null) drop(info);
    drop(name);
    return info !== null && (index === null || index === contextModule(environment));
  }

  const moduleIndex = (environment, name) => {
    const found = call('Lean_Environment_getModuleIdxFor_x3f', keep(environment), keep(name));
    if (isScalar(found)) return null;
    const index = unbox(field(found, 0));
    drop(found);
    return index;
  };

  const value = (info) => field(info, 0);
  const base = (info) => field(value(info), 0); // ConstantVal: name, levelParams, type
  const typeOf = (info) => field(base(info), 2);
  /** The body of a definition, theorem or opaque; lends. */
  const bodyOf = (info) => (['def', 'theorem', 'opaque'].includes(CONSTANT_KINDS[tag(info)]) ? field(value(info), 1) : null);

  /** Names of the constants that have to be there before a constant can be added; owned. */
  function needs(environment, info) {
    const body = bodyOf(info);
    const names = [...usedBy(typeOf(info)), ...(body === null ? [] : usedBy(body))];
    if (CONSTANT_KINDS[tag(info)] !== 'inductive') return names;
    const own = new Set([...lean.listItems(field(value(info), INDUCTIVE.all)), ...constructorsOf(info)].map(key));
    for (const name of constructorsOf(info)) {
      const made = lookUp(environment, name);
      names.push(...usedBy(typeOf(made)));
      drop(made);
    }
    return names.filter((n) => !own.has(key(n)) || (drop(n), false));
  }

  const constructorsOf = (info) => lean.listItems(field(value(info), INDUCTIVE.constructors));

  function usedBy(expression) {
    const names = call('Lean_Expr_getUsedConstants', keep(expression));
    const result = lean.items(names).map(keep);
    drop(names);
    return result;
  }

  /** Safe means neither `unsafe` nor `partial`. */
  function isSafe(info) {
    const kind = CONSTANT_KINDS[tag(info)];
    const v = value(info);
    const scalars = v + 8 + 4 * size(v);
    if (kind === 'def') return lean.byte(scalars) === SAFE;
    if (kind === 'theorem' || kind === 'quot') return true;
    if (kind === 'recursor') return lean.byte(scalars + 1) === 0;
    if (kind === 'inductive') return lean.byte(scalars + 1) === 0; // isRec, isUnsafe, isReflexive
    return lean.byte(scalars) === 0; // isUnsafe
  }

  /** Whether each of some types is a proposition. Lends the types. */
  function arePropositions(commandState, types) {
    const answers = [];
    if (types.length === 0) return answers;
    engine.inTermElab(commandState, (contexts, references) => {
      for (const type of types) {
        const monad = [contexts.meta, references.meta, contexts.core, references.core].map(keep);
        answers.push(unbox(lean.run('Lean_Meta_isProp', keep(type), ...monad)) === 1);
      }
      // The arguments of a closure are its own.
      [...Object.values(contexts), ...Object.values(references)].forEach(drop);
    });
    return answers;
  }

  /** Call a function with the names, lent, of all constants of an environment that are not imported. */
  function withNewConstants(environment, action) {
    const constants = call('Lean_Environment_constants', keep(environment));
    const pairs = call('Lean_PersistentHashMap_toList___redArg', take(constants, 1));
    try {
      return action(lean.listItems(pairs).map((pair) => field(pair, 0)));
    } finally {
      drop(pairs);
      drop(constants);
    }
  }

  /** The names, as `shown`, of the constants without a body that an expression rests on, through all definitions. */
  function bodilessBelow(environment, expression) {
    const seen = new Set();
    const found = [];
    const visit = usedBy(expression);
    while (visit.length) {
      const name = visit.pop();
      const id = key(name);
      const info = seen.has(id) ? null : lookUp(environment, name);
      seen.add(id);
      if (info !== null) {
        const kind = CONSTANT_KINDS[tag(info)];
        if (kind === 'axiom' || kind === 'opaque') found.push(shown(name));
        if (kind === 'def') visit.push(...usedBy(bodyOf(info)));
        drop(info);
      }
      drop(name);
    }
    return found;
  }

  /**
   * Walk everything that some constants rest on in the environment of `commandState`.
   *
   * A constant is *imported* if it has a module index, *context* if it is in `contextEnvironment` without one (our own
   * prelude, audited apart; null where nothing but imports is taken for granted), and *new* otherwise. Imported constants
   * are reported only where they have no body: everything else of the pinned package is a definition that the kernel
   * unfolds. Returns the new constants in an order in which they can be replayed. Lends the roots, which are names.
   */
  function walk(commandState, roots, contextEnvironment) {
    const environment = environmentOf(commandState);
    const seen = new Map();
    const order = [];
    const hollow = [];
    const describe = (name, info) => ({ name, kind: CONSTANT_KINDS[tag(info)], safe: isSafe(info), info });
    const context = [];
    const missing = [];
    const visit = roots.map((root) => [keep(root), false]);
    while (visit.length) {
      const [name, finished] = visit.pop();
      const id = key(name);
      const text = shown(name);
      if (finished) { order.push(describe(text, seen.get(id))); drop(name); continue; }
      if (seen.has(id)) { drop(name); continue; }
      const info = lookUp(environment, name);
      seen.set(id, info);
      if (info === null) { missing.push(text); drop(name); continue; }
      const kind = CONSTANT_KINDS[tag(info)];
      if (moduleIndex(environment, name) !== null) {
        if (kind === 'axiom' || kind === 'opaque') hollow.push(describe(text, info));
        drop(name);
        continue;
      }
      const known = contextEnvironment === null ? null : lookUp(contextEnvironment, name);
      if (known !== null) { context.push(text); drop(known); drop(name); continue; }
      visit.push([name, true]);
      for (const used of needs(environment, info)) visit.push([used, false]);
    }
    const propositions = arePropositions(commandState, hollow.map(({ info }) => typeOf(info)));
    return {
      order, context, missing, bodiless: hollow.map(({ name, kind, safe }, i) => ({ name, kind, safe, proposition: propositions[i] })),
      release: () => seen.forEach((info) => info !== null && drop(info)),
    };
  }

  /** What the kernel says; consumes its exception. */
  function kernelMessage(exception) {
    const data = call('Lean_Kernel_Exception_toMessageData', exception, lean.global('Lean_Options_empty'));
    return lean.text(call('Lean_MessageData_toString', data)).split('\n')[0];
  }

  /** The declaration that adds a constant, owned, or null if the kernel makes it from another one. */
  function declarationOf(environment, info) {
    const kind = CONSTANT_KINDS[tag(info)];
    if (DECLARATION.has(kind)) return lean.constructor(DECLARATION.get(kind), [take(info, 0)]);
    if (kind !== 'inductive') return null;
    const types = lean.listItems(field(value(info), INDUCTIVE.all)).map((name) => {
      const member = lookUp(environment, name);
      const constructors = constructorsOf(member).map((constructor_) => {
        const made = lookUp(environment, constructor_);
        const result = lean.constructor(0, [keep(constructor_), keep(typeOf(made))]);
        drop(made);
        return result;
      });
      const result = lean.constructor(0, [keep(name), keep(typeOf(member)), lean.list(constructors)]);
      drop(member);
      return result;
    });
    return lean.constructor(
      INDUCTIVE_DECLARATION, [keep(field(base(info), 1)), take(value(info), INDUCTIVE.parameters), lean.list(types)], 1,
    );
  }

  /**
   * Have the kernel add constants of one environment to another, one by one; returns {error} or {environment}. Lends both.
   * What the kernel makes by itself, constructors and recursors, has to come out equal.
   */
  function replay(trusted, source, order, thousands) {
    let here = keep(trusted);
    const limit = Math.min(2 ** 32 - 1, thousands * 1000) >>> 0; // of each declaration
    const fail = (error) => { drop(here); return { error }; };
    for (const { name, info } of order) {
      const object = field(base(info), 0);
      const present = inKernel(here, object);
      if (present !== null) {
        const same = sameConstant(info, present, true);
        drop(present);
        if (!same) return fail(`${name} comes out differently`);
        continue;
      }
      const declaration = declarationOf(source, info);
      if (declaration === null) return fail(`${name} is ${CONSTANT_KINDS[tag(info)]}, which cannot be replayed`);
      raw.lean_io_set_heartbeats(box(0));
      const result = raw.lean_elab_add_decl(here, limit, declaration, box(0)) >>> 0;
      drop(declaration);
      const failed = tag(result) === 0;
      const outcome = take(result, 0);
      drop(result);
      if (failed) return { error: `the kernel refuses ${name} (${CONSTANT_KINDS[tag(info)]}): ${kernelMessage(outcome)}` };
      here = outcome;
    }
    return { environment: here };
  }

  /** Whether an environment holds the very same constant. Lends both. */
  function holds(environment, info) {
    const found = lookUp(environment, field(base(info), 0));
    const same = found !== null && sameConstant(info, found, true);
    if (found !== null) drop(found);
    return same;
  }

  /** Whether two constants are equal: same level parameters, type and, for definitions, body. Lends both. */
  function sameConstant(a, b, withBody) {
    if (tag(a) !== tag(b)) return false;
    const levels = (info) => lean.listItems(field(base(info), 1)).map(key).join(' ');
    if (levels(a) !== levels(b) || !raw.lean_expr_equal(typeOf(a), typeOf(b))) return false;
    if (!withBody) return true;
    const [x, y] = [bodyOf(a), bodyOf(b)];
    return (x === null) === (y === null) && (x === null || raw.lean_expr_equal(x, y) !== 0);
  }

  /**
   * Compare a theorem's statement in two environments: equal types, and equal definitions of every constant that the type
   * rests on and that is not imported. Returns null or what differs.
   */
  function compareStatements(trusted, candidate, root) {
    const environments = [environmentOf(trusted), environmentOf(candidate)];
    const pending = [[keep(root), true]];
    const seen = new Set();
    let difference = null;
    while (pending.length && difference === null) {
      const [name, isRoot] = pending.pop();
      const id = key(name);
      if (!seen.has(id)) {
        seen.add(id);
        const text = shown(name);
        const [a, b] = environments.map((environment) => lookUp(environment, name));
        const imported = environments.map((environment) => moduleIndex(environment, name));
        if (a === null || b === null) difference = isRoot ? `there is no theorem ${text}` : `${text} is missing`;
        else if (imported[0] !== imported[1]) difference = `${text} comes from somewhere else`;
        else if (imported[0] === null) {
          if (isRoot && CONSTANT_KINDS[tag(b)] !== 'theorem') difference = `${text} is a ${CONSTANT_KINDS[tag(b)]}, not a theorem`;
          else if (!sameConstant(a, b, !isRoot)) difference = isRoot ? `${text} states something else` : `${text} is defined differently`;
          else {
            const body = isRoot ? null : bodyOf(a);
            const constructors = CONSTANT_KINDS[tag(a)] === 'inductive' ? constructorsOf(a).map(keep) : [];
            for (const used of [...usedBy(typeOf(a)), ...(body === null ? [] : usedBy(body)), ...constructors]) pending.push([used, false]);
          }
        }
        if (a !== null) drop(a);
        if (b !== null) drop(b);
      }
      drop(name);
    }
    pending.forEach(([name]) => drop(name));
    return difference;
  }

  return { isOurs, environmentOf, lookUp, typeOf, walk, withNewConstants, bodilessBelow, holds, replay, compareStatements };
};
