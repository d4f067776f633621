'use strict';
// Tests what a parsed command consists of against allow-lists, before it is elaborated. The lists are those of
// `prover/lean/allowed.py`, sent with every request.

const COMMAND = 'Lean.Parser.Command.';

/**
 * Return a function that says what is wrong with a command, or null. `isOurs` tells of a kind of syntax whether trusted source,
 * the context's or the header's, declares it.
 */
module.exports = function allowed(allow, isOurs) {
  const sets = Object.fromEntries(Object.entries(allow).map(([name, values]) => [name, new Set(values)]));
  const first = (stage, values, good) => {
    const bad = values.find((value) => !good(value));
    return bad === undefined ? null : { stage, what: bad };
  };
  const own = new Set(); // the last parts of names that the commands before declared
  const parts = (identifier) => identifier.split('.').map((part) => part.replace(/^«|»$/g, ''));
  const test = (summary) => {
    if (summary.kind === `${COMMAND}eoi`) return null;
    const found = refusal(summary);
    if (summary.declares !== null) own.add(parts(summary.declares).at(-1));
    return found;
  };
  const refusal = (summary) => {
    const command = summary.kind === `${COMMAND}declaration` ? summary.inner : summary.kind;
    return first('command', [command], (c) => sets.commands.has(c))
      ?? summary.sides.reduce((found, side) => found ?? test(side), null)
      ?? first('syntax-kind', [...summary.kinds.keys()], (k) => sets.kinds.has(k) || k.startsWith('token.') || isOurs(summary.kinds.get(k)))
      ?? first('name', summary.identifiers, (i) => !sets.refusedNames.has(i) && !parts(i).some((part) => sets.refusedParts.has(part)))
      ?? first('option', summary.options.map((o) => o.name), (o) => sets.options.has(o))
      ?? first('attribute', summary.attributes, (a) => sets.attributes.has(a))
      ?? first('configuration', summary.configuration.kinds, (k) => sets.configurationKinds.has(k))
      ?? first('configuration', summary.configuration.identifiers, (i) => sets.configurationNames.has(i) && !parts(i).some((part) => own.has(part)));
  };
  return test;
};
