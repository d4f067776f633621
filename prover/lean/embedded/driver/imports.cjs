'use strict';
// What the module may ask of its host: an allow-list of imports. Every other import is a trap.
//
// The glue carries 1,184 functions for programs of all kinds: some evaluate text as JavaScript (`emscripten_run_script`,
// `emscripten_asm_const_*`), some open sockets, load libraries or start workers. A proof that writes over memory can call any
// function of the table, and `dlsym` puts an import into it by name, so a name that is not listed throws.
//
// `FILES` is needed while modules are imported. A process that judges is sealed after that: from then on a proof can reach no
// file, and not the standard input, which holds the requests that come after its own.

const ALWAYS = new Set([
  // exceptions
  ...'__assert_fail __call_sighandler __cxa_begin_catch __cxa_end_catch __cxa_rethrow __cxa_throw __cxa_uncaught_exceptions'.split(' '),
  ...'__cxa_current_primary_exception __cxa_rethrow_primary_exception __resumeException llvm_eh_typeid_for'.split(' '),
  ...'_emscripten_throw_longjmp emscripten_throw_number emscripten_throw_string'.split(' '),
  // memory, the stack, threads that are never started, the end of the process
  ...'memory stackAlloc stackRestore stackSave emscripten_resize_heap emscripten_get_heap_max emscripten_num_logical_cores'.split(' '),
  ...'_emscripten_init_main_thread_js _emscripten_thread_mailbox_await _emscripten_notify_mailbox_postmessage'.split(' '),
  ...'_emscripten_thread_set_strongref _emscripten_thread_cleanup _emscripten_receive_on_main_thread_js'.split(' '),
  ...'emscripten_check_blocking_allowed emscripten_exit_with_live_runtime emscripten_unwind_to_js_event_loop'.split(' '),
  ...'_emscripten_runtime_keepalive_clear _emscripten_dlsync_threads exit proc_exit _abort_js'.split(' '),
  // time and chance
  ...'emscripten_get_now emscripten_get_now_res emscripten_date_now _emscripten_get_now_is_monotonic clock_time_get clock_res_get'.split(' '),
  ...'_tzset_js _gmtime_js _localtime_js _mktime_js _timegm_js random_get uv__hrtime'.split(' '),
  // what Lean prints, the environment that boot made, symbols by name
  ...'fd_write emscripten_out emscripten_err environ_get environ_sizes_get _emscripten_get_progname _dlsym_js _dlsym_catchup_js'.split(' '),
]);
const FAMILIES = [/^invoke_[a-z]+$/, /^__cxa_find_matching_catch_\d+$/, /^emscripten_math_/];
const FILES = new Set([
  ...'__syscall_chdir __syscall_faccessat __syscall_fcntl64 __syscall_fstat64 __syscall_getcwd __syscall_getdents64 __syscall_ioctl'.split(' '),
  ...'__syscall_lstat64 __syscall_mkdirat __syscall_newfstatat __syscall_openat __syscall_readlinkat __syscall_renameat'.split(' '),
  ...'__syscall_stat64 __syscall_statfs64 __syscall_unlinkat __syscall_ftruncate64'.split(' '),
  ...'fd_close fd_fdstat_get fd_pread fd_pwrite fd_read fd_seek fd_sync'.split(' '),
]);

// A fixed table of functions in the glue, by number: most print what this build does, two read the path and the environment.
// No text is evaluated; once a process is sealed they do nothing.
const SILENT = new Set(['emscripten_asm_const_int']);

class Trap extends Error {
  constructor(name) {
    super(`Lean asked for ${name}, which no proof needs`);
  }
}

/** Restrict the imports, in place, before the module is instantiated. Returns a function that closes the files. */
function restrict(imports) {
  let sealed = false;
  const env = imports.env;
  for (const name of Object.keys(env)) {
    const given = env[name];
    if (typeof given !== 'function' || ALWAYS.has(name) || FAMILIES.some((family) => family.test(name))) continue;
    const refuse = () => { throw new Trap(name); };
    const instead = SILENT.has(name) ? (...args) => (sealed ? 0 : given(...args)) : FILES.has(name) ? (...args) => (sealed ? refuse() : given(...args)) : refuse;
    env[name] = Object.assign(instead, { sig: given.sig }); // the glue reads it where it puts a function into the table
  }
  return (closed) => (sealed = closed);
}

module.exports = { restrict, Trap, ALWAYS, FILES };
