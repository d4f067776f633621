'use strict';
// Compiled modules of Lean's library as they lie on disk.

const ROOT = '/lib/lean';
const IMPORTS = 0; // field of ModuleData

module.exports = function modules(lean) {
  const read = new Map();

  /** The contents of a compiled module; they stay in memory and are lent. */
  function moduleData(name) {
    if (!read.has(name)) read.set(name, lean.take(lean.run('Lean_readModuleData', lean.string(`${ROOT}/${name.replaceAll('.', '/')}.olean`)), 0));
    return read.get(name);
  }

  /** The modules that a module imports itself. */
  const importsOf = (name) => [...new Set(lean.items(lean.field(moduleData(name), IMPORTS)).map((i) => lean.nameText(lean.take(i, 0))))];

  return { moduleData, importsOf };
};
