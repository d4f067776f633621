'use strict';
// A process that searches: it opens problems, runs tactics, compiles contexts. It judges nothing.

const boot = require('./runtime.cjs');
const loop = require('./loop.cjs');

boot(JSON.parse(process.argv[2]), (lean) => {
  const front = require('./frontend.cjs')(lean);
  const engine = require('./tactics.cjs')(lean, front);
  const audit = require('./audit.cjs')(lean, front, engine);
  const opening = require('./opening.cjs')(lean);
  opening.install();
  require('./own.cjs')(lean).install();
  loop(lean, require('./operations.cjs')(lean, front, engine, audit, opening));
});
