'use strict';
// Commands: parsing, elaborating and what a parsed command contains.
//
// A `Command.State` is a persistent value: the one after the context is kept and everything is elaborated on top of it.

const { survey } = require('./syntax.cjs');

// Options that buy more work: what a proof may set them to at most, as a function of the limit in force.
const LIMIT_OPTIONS = {
  maxHeartbeats: (heartbeats) => heartbeats,
  'synthInstance.maxHeartbeats': (heartbeats) => heartbeats,
  maxRecDepth: () => 10000,
  'synthInstance.maxSize': () => 10000,
  'exponentiation.threshold': () => 100000, // of numbers that are computed outside the heartbeats
};
const ceiling = (name, heartbeats) => Math.max(1, Math.floor(LIMIT_OPTIONS[name](heartbeats)));
const excess = (option, heartbeats) => {
  const asked = Number(option.value);
  const most = ceiling(option.name, heartbeats);
  return !(asked > 0 && asked <= most); // 0 means no limit at all
};

function replaceBytes(source, [from, to], text) {
  const bytes = Buffer.from(source, 'utf8');
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(text), bytes.subarray(to)]).toString('utf8');
}

const SEVERITY = ['info', 'warning', 'error'];

module.exports = function frontend(lean) {
  const { raw, box, unbox, keep, drop, tag, size, field, take, constructor, string, text, call, run } = lean;

  const inputContext = (source) =>
    call('Lean_Parser_mkInputContext', string(source), string('<input>'), box(0), box(Buffer.byteLength(source)), box(0));

  /**
   * Import modules and return the state before the first command; nothing else is imported, not even Init, with `prelude`.
   * Throws with Lean's message where a module is missing.
   */
  function importModules(names, prelude = false, mainModule = box(0)) {
    const source = (prelude ? 'prelude\n' : '') + names.map((n) => `import ${n}\n`).join('');
    const input = inputContext(source);
    const parsed = run('Lean_Parser_parseHeader', keep(input));
    const header = take(parsed, 0);
    const log = take(field(parsed, 1), 1);
    drop(parsed);
    const options = lean.global('Lean_Options_empty');
    const trust = constructor(0, [], 4); // a boxed UInt32 of 0
    const result = run('Lean_Elab_processHeader', header, options, log, input, trust, lean.array([]), box(0), mainModule);
    const environment = take(result, 0);
    const errors = readLog(field(result, 1)).filter((m) => m.severity === 'error');
    drop(result);
    if (errors.length) throw new Error(errors.map((m) => m.text).join('\n'));
    const state = call('Lean_Elab_Command_mkState', environment, lean.global('Lean_MessageLog_empty'), options);
    // Declarations are private, and bodies of definitions hidden, unless a file says otherwise. And what is compiled is never
    // run, so a definition without code, as the package leaves many, is as good as any.
    return elaborate('@[expose] public noncomputable section', state, 0).state;
  }

  function readMessage(message) {
    const at = message + 8 + 4 * size(message);
    const severity = SEVERITY[lean.byte(at + 1)];
    const position = field(message, 1);
    return {
      severity,
      line: unbox(field(position, 0)),
      column: unbox(field(position, 1)),
      text: text(call('Lean_MessageData_toString', take(message, 4))).trimEnd(),
    };
  }

  /** Read a message log; lends it. */
  function readLog(log) {
    const messages = call('Lean_MessageLog_toList', keep(log));
    const result = lean.listItems(messages).map(readMessage);
    drop(messages);
    return result;
  }

  const frontendState = (commandState, position) =>
    raw.lean_st_mk_ref(constructor(0, [commandState, constructor(0, [box(position)], 1), box(position), lean.array([])])) >>> 0;

  /** Run an action of `CommandElabM` on a state; the reference that holds the frontend's state is kept by the caller. */
  function commandAction(reference, action) {
    lean.whenCalled(action);
    const done = run('Lean_Elab_Frontend_runCommandElabM___redArg', lean.closure(3), inputContext(''), keep(reference));
    drop(done);
  }

  /** Parse one command at a byte position, without elaborating it. */
  function parseCommand(input, state, position) {
    const scope = field(field(state, 2), 0);
    const context = constructor(0, [take(state, 0), take(scope, 1), take(scope, 2), take(scope, 3)]);
    const result = call(
      'Lean_Parser_parseCommand', keep(input), context, constructor(0, [box(position)], 1), lean.global('Lean_MessageLog_empty'),
    );
    const rest = field(result, 1);
    const parsed = { syntax: take(result, 0), position: unbox(field(field(rest, 0), 0)), messages: readLog(field(rest, 1)) };
    drop(result);
    return parsed;
  }

  const isLast = (syntax) => unbox(call('Lean_Parser_isTerminalCommand', keep(syntax))) === 1;

  /**
   * Elaborate a source on top of a state; consumes the state, returns the new one.
   * `accept(survey, messages, state)` sees every parsed command before it is elaborated, with the state that it is elaborated
   * on (lent), and may stop by returning a reason.
   * `heartbeats` is the limit of each declaration in thousands, 0 for Lean's own; with `clamp` no `set_option` in the
   * source can raise it, and what a declaration spends is reported.
   */
  function elaborate(source, state, heartbeats, accept = () => null, clamp = false) {
    let input = inputContext(source);
    let spent = 0;
    const messages = [];
    const commands = [];
    let refused = null;
    if (heartbeats > 0) state = withHeartbeats(state, heartbeats);
    for (let position = 0; ;) {
      const parsed = parseCommand(input, state, position);
      const last = isLast(parsed.syntax);
      const summary = survey(lean, parsed.syntax);
      drop(parsed.syntax);
      const excessive = clamp ? summary.options.find((o) => LIMIT_OPTIONS[o.name] !== undefined && o.range && excess(o, heartbeats)) : undefined;
      if (excessive) {
        source = replaceBytes(source, excessive.range, String(ceiling(excessive.name, heartbeats)));
        drop(input);
        input = inputContext(source);
        continue;
      }
      if (last) {
        messages.push(...parsed.messages);
        refused = accept(summary, parsed.messages) ?? (summary.kind === 'Lean.Parser.Command.eoi' ? null : '#exit');
        break;
      }
      refused = accept(summary, parsed.messages, state);
      if (refused) break;
      const reference = frontendState(state, position);
      raw.lean_io_set_heartbeats(box(0));
      const done = run('Lean_Elab_Frontend_processCommand', keep(input), keep(reference));
      drop(done);
      spent = Math.max(spent, Math.ceil((raw.lean_io_get_num_heartbeats() >>> 1) / 1000));
      const after = lean.deref(reference);
      drop(reference);
      state = take(after, 0);
      drop(after);
      const said = readLog(field(state, 1));
      messages.push(...said);
      commands.push(summary);
      position = parsed.position;
    }
    drop(input);
    return { state, messages, commands, refused, spent };
  }

  /** Set the limit of heartbeats, in thousands, in the scope of a state; consumes and returns a state. */
  function withHeartbeats(state, heartbeats) {
    return elaborate(`set_option maxHeartbeats ${Math.max(1, Math.floor(heartbeats))}`, state, 0).state;
  }

  /** The namespace of a state's innermost scope; lent. */
  const namespaceOf = (commandState) => field(field(field(commandState, 2), 0), 2);

  return { importModules, elaborate, namespaceOf, commandAction, frontendState, parseCommand, inputContext, readLog };
};
