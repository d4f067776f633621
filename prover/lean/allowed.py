# ruff: noqa: RUF001 (the names of notations are made of their symbols)
"""What the syntax of a proof may consist of: allow-lists, tested on every command before it is elaborated.

Names are the kinds of syntax nodes of the pinned Lean; all 1,154 of `import Init` were read for these lists. What is
not listed is refused, so that a kind nobody thought of cannot run code, leave a hole or ask the compiler. Notation
that the context or a problem's header declares is allowed as well, and so are atoms (`token.…`).

Left out on purpose: `sorry` in all its forms (`Tactic.tacticSorry`, `tacticAdmit`, `tacticStop_`, `Grind.sorry`,
`Grind.grindAdmit`, `Term.sorry`), code that runs while Lean elaborates (`runTac`, `Lean.byElab`, `Lean.runElab`,
`Lean.includeStr`, `dbgTrace`, `sleep`, quotations), the compiler (`nativeDecide`, `bvDecideMacro`), `Term.unsafe`,
and commands that declare syntax, types, instances, axioms or attributes.
"""

from __future__ import annotations

_PARSER = "Lean.Parser."


def _kinds(prefix: str, names: str) -> tuple[str, ...]:
    return tuple(prefix + name for name in names.split())


_COMMANDS = "theorem definition abbrev open namespace section end set_option moduleDoc in"

BLOCK_COMMANDS = (f"{_PARSER}Command.theorem",)
FILE_COMMANDS = _kinds(f"{_PARSER}Command.", _COMMANDS)

KINDS = (
    *_kinds(
        "",
        "null group choice ident num str char scientific name hygieneInfo rawNatLit patternIgnore fieldIdx"
        " interpolatedStrKind interpolatedStrLitKind",
    ),
    *_kinds("prio", "(_) Default High Low Mid"),
    *_kinds(f"{_PARSER}Command.", _COMMANDS),
    *_kinds(
        f"{_PARSER}Command.",
        "declaration eoi declId declModifiers declSig optDeclSig declValSimple declValEqns docComment openSimple"
        " openOnly openHiding openScoped sectionHeader private protected public"
        " noncomputable nonrec whereStructInst optDeriving",
    ),
    *_kinds(
        f"{_PARSER}Termination.",
        "suffix terminationBy terminationBy? decreasingBy partialFixpoint inductiveFixpoint coinductiveFixpoint",
    ),
    *_kinds(f"{_PARSER}Level.", "addLit hole imax max paren"),
    *_kinds(
        f"{_PARSER}Attr.",
        "simple simp ext extFlat extIff norm_cast normCastLabel recursor specialize grind grind! grind? grind!?"
        " grindBwd grindCases grindCasesEager grindDef grindEq grindEqBoth grindEqBwd grindEqRhs grindExt grindFunCC"
        " grindFwd grindGen grindInj grindIntro grindLR grindMod grindNorm grindRL grindSym grindUnfold grindUsr",
    ),
    *_kinds(
        f"{_PARSER}Term.",
        "anonymousCtor app arrow attrInstance attrKind attributes basicFun binderDefault binderTactic borrowed"
        " byTactic byTactic' cdot clear depArrow dotIdent ellipsis explicit explicitBinder"
        " explicitUniv falseVal forall fromTerm fun generalizingParam have haveI hole hygienicLParen implicitBinder"
        " inaccessible instBinder leftact rightact let letConfig letDecl letEqnsDecl letExpr letI letId letIdDecl"
        " letNegOpt letOptEq letOptGeneralize letOptNondep letOptPostponeValue letOptUsedOnly letOptZeta letOpts"
        " letPatDecl letPosOpt letRecDecl letRecDecls let_delayed let_fun letrec local scoped match matchAlt matchAlts"
        " matchAltsWhereDecls matchDiscr motive namedArgument namedPattern noErrorIfUnused noImplicitLambda nofun"
        " noindex nomatch omission open optEllipsis panic paren pipeProj proj prop set_option show sort"
        " strictImplicitBinder structInst structInstArrayRef structInstField structInstFieldDef structInstFieldEqns"
        " structInstFields structInstLVal subst suffices sufficesDecl syntheticHole trueVal tuple type typeAscription"
        " typeSpec unreachable whereDecls whereFinally whereFinallySubsection liftMethod do doBreak doContinue doExpr"
        " doFor doForDecl doHave doIdDecl doIf doIfLet doIfLetBind doIfLetPure doIfProp doLet doLetArrow doLetElse"
        " doLetRec doMatch doNested doPatDecl doReassign doReassignArrow doReturn doSeqBracketed doSeqIndent doSeqItem"
        " doUnless termFor termReturn termUnless",
    ),
    *_kinds(
        f"{_PARSER}Tactic.",
        "acNf0 acRfl allGoals anchor anyGoals apply apply? applyAssumption applyRfl applyRules as_aux_lemma"
        " assumption case case' caseArg cases change changeWith classical clear clearValue clearValueArg clearValueHyp"
        " clearValueStar configItem congr constructor contradiction cutsat decide delta discharger done dsimp"
        " dsimpArgs dsimpAutoUnfold dsimpKind dsimpTrace dsimpTraceArgsRest elimTarget eqRefl exact exact? exposeNames"
        " extractLets fail failIfSuccess falseOrByContra first focus funCases funInduction generalize generalizeArg"
        " grind grindErase grindLemma grindLemmaMin grindParam grindTrace grobner guardExpr guardExprConv guardHyp"
        " guardHypConv guardTarget guardTargetConv induction inductionAlt inductionAltLHS inductionAlts injection"
        " injections intro introMatch intros left letToHave letrec lia liftLets location locationHyp locationType"
        " locationWildcard match negConfigItem normCast0 normCastAddElim obtain omega open optConfig paren"
        " posConfigItem pushCast rcases rcasesPat.clear rcasesPat.explicit rcasesPat.ignore rcasesPat.one"
        " rcasesPat.paren rcasesPat.tuple rcasesPatLo rcasesPatMed refine refine' rename renameI repeat' repeat1'"
        " replace revert rewriteSeq rewrites? rewrites_forbidden right rintro rintroPat.binder rintroPat.one"
        " rotateLeft rotateRight rwRule rwRuleSeq rwSeq seq1 set_option show showTerm showTermElab simp simpAll"
        " simpAllArith simpAllArithBang simpAllAutoUnfold simpAllKind simpAllTrace simpAllTraceArgsRest simpArgs"
        " simpArith simpArithBang simpAutoUnfold simpErase simpLemma simpPost simpPre simpStar simpTrace"
        " simpTraceArgsRest simpa simpaArgsRest skip solveByElim specialize split subst substEqs substVars symm"
        " symmSaturate tacDepIfThenElse tacIfThenElse tacticAc_nf_ tacticAnd_intros tacticApply_mod_cast_"
        " tacticAssumption_mod_cast_ tacticBv_omega tacticDsimp?!_ tacticErw___ tacticExact_mod_cast_ tacticExfalso"
        " tacticExists_,, tacticHave' tacticHaveI__ tacticHave__ tacticInfer_instance tacticIterate____ tacticLet'__"
        " tacticLetI__ tacticLet__ tacticNext_=>_ tacticNofun tacticNomatch_,, tacticNorm_cast__ tacticRefine_lift'_"
        " tacticRefine_lift_ tacticRepeat_ tacticRfl tacticRfl' tacticRw_mod_cast___ tacticRwa__ tacticSeq"
        " tacticSeq1Indented tacticSeqBracketed tacticSimp?!_ tacticSimp_all?!_ tacticSimpa!_ tacticSimpa?!_"
        " tacticSimpa?_ tacticSuffices_ tacticTrivial tacticTry_ tacticUnhygienic_ tactic_<;>_ traceMessage traceState"
        " unfold valConfigItem withReducible withReducibleAndInstances withUnfoldingAll",
    ),
    *_kinds(f"{_PARSER}Tactic.SolveByElim.", "arg args erase star using_"),
    *_kinds(
        f"{_PARSER}Tactic.Conv.",
        "allGoals anyGoals arg argArg case case' change clear congr conv convApply_ convArgs convConvSeq convDone"
        " convErw__ convIntro___ convLeft convNext__=>_ convRepeat_ convRfl convRight convRw__ convSeq"
        " convSeq1Indented convSeqBracketed convTactic convTrace_state convTry_ conv_<;>_ conv·._ delta dsimp"
        " dsimpTrace enter enterArg enterPattern ext extractLets failIfSuccess first focus fun letToHave lhs liftLets"
        " nestedConv nestedTactic nestedTacticCore normCast occs occsIndexed occsWildcard paren pattern reduce rewrite"
        " rhs simp simpMatch simpTrace skip unfold whnf zeta",
    ),
    *_kinds(
        f"{_PARSER}Tactic.Grind.",
        "ac allGoals anyGoals cases casesNext casesTrace done exposeNames fail failIfSuccess finish finishTrace first"
        " focus grindFilter grindRepeat_ grindSeq grindSeq1Indented grindSeqBracketed grindStep grindTry_ grind_<;>_"
        " grind_filter_ grind_filter!_ grind_filter(_) grind_filter_&&_ grind_filter_||_ grind_ref_ grind_ref__1"
        " grind·._ have haveSilent instantiate lia linarith mbtc next paren renameI ring showAsserted showCases"
        " showEqcs showFalse showLocalThms showState showTerm showTrue skip thm thmNs use",
    ),
    *_kinds(
        "Lean.",
        "binderIdent bracketedExplicitBinders unbracketedExplicitBinders explicitBinders calc calcFirstStep calcStep"
        " calcSteps calcTactic convCalc_ cdot cdotTk solveTactic term_Matches_| term∀__,_ term∃__,_ binderPred<_"
        " binderPred>_ binderPred∈_ binderPred∉_ binderPred≠_ binderPred≤_ binderPred≥_ binderPred⊂_ binderPred⊃_"
        " binderPred⊆_ binderPred⊇_ doElemRepeat_ doElemRepeat__Until_ doElemWhile_:_Do_ doElemWhile_Do_"
        " Elab.Tactic.Ext.applyExtTheorem Elab.Tactic.Ext.ext Elab.Tactic.Ext.tacticExt1___ Order.term_⊑_ Order.term⊥"
        " Order.monotonicity",
    ),
    *_kinds(
        "tactic",
        "By_cases_:_ Clean_wf Decreasing_tactic Decreasing_trivial Decreasing_trivial_pre_omega Decreasing_with_"
        " Funext___ Get_elem_tactic Get_elem_tactic_extensible Get_elem_tactic_trivial Simp_wf",
    ),
    *_kinds(
        "",
        "boolIfThenElse coeNotation coeFunNotation coeSortNotation termDepIfThenElse termIfThenElse termIfLet"
        " termExists_,_ term‹_› term[_] term#[_,] term%[_|_] term-_ term!_ term¬_ term~~~_ term_⁻¹ term∅ term{}"
        " term{_} term{_:_//_} term∃_,_ termΣ_,_ termΣ'_,_ termS!_ termMax_prec termWithout_expected_type_ term__[_]"
        " term__[_]'_ term__[_]_! term__[_]_?",
    ),
    *_kinds(
        "term_",
        "+_ -_ *_ /_ %_ ^_ ∣_ •_ ++_ ::_ =_ ==_ !=_ ≠_ <_ >_ <=_ >=_ ≤_ ≥_ ≈_ ≍_ ∈_ ∉_ ∩_ ∪_ ⊂_ ⊃_ ⊆_ ⊇_ \\_ ∘_ ∧_ ∨_"
        " ↔_ <->_ /\\_ \\/_ &&_ ||_ &&&_ |||_ ^^^_ <<<_ >>>_ ×_ ×__1 ×'_ ×'__1 ⊕_ ⊕'_ $__ <|_ |>_ <|>_ <$>_ <&>_ <*>_"
        " *>_ <*_ >>=_ =<<_ >=>_ <=<_ >>_ <&&>_ <||>_",
    ),
    *_kinds("Bool.", "term_^^_"),
    *_kinds("BitVec.", "term__#__ term__#'__"),
    *_kinds("Int.", "term-[_+1]"),
    *_kinds("Rat.", "term_/._"),
    *_kinds("List.", "term_<+:_ term_<+_ term_<:+:_ term_<:+_ term_~_ tacticSizeOf_list_dec"),
    *_kinds(
        "Array.",
        "term__[:_] term__[_:] term__[_:_] term_~_ tacticArray_get_dec tacticArray_mem_dec",
    ),
    *_kinds("Vector.", "term#v[_,] term_~_"),
    *_kinds("Std.Legacy.Range.", "term[:_:_] term[:_] term[_:_:_] term[_:_]"),
    *_kinds(
        "Std.",
        "term*...* term*...<_ term*...=_ term*..._ term_...* term_...<_ term_...=_ term_..._ term_<...* term_<...<_"
        " term_<...=_ term_<..._",
    ),
)

# What the header of a trusted statement may hold besides: it declares what the statement speaks of. It runs nothing.
HEADER_COMMANDS = (
    *FILE_COMMANDS,
    *_kinds(
        f"{_PARSER}Command.",
        "structure inductive classInductive instance axiom opaque example variable universe notation mixfix attribute"
        " export omit include deriving mutual namespace noncomputableSection",
    ),
)
HEADER_KINDS = (
    *_kinds(
        f"{_PARSER}Command.",
        "structure structureTk classTk structFields structSimpleBinder structExplicitBinder structImplicitBinder"
        " structInstBinder structCtor structParent extends inductive classInductive ctor computedFields optDeriving"
        " derivingClass derivingClasses deriving instance axiom opaque example variable universe notation mixfix"
        " infix infixl infixr prefix postfix identPrec notationItem namedName namedPrio optNamedName optNamedPrio"
        " attribute eraseAttr export omit include mutual declBody unsafe partial",
    ),
    *_kinds(f"{_PARSER}", "precedence Term.typeOf Term.prec antiquot"),
    *_kinds("", "prec token_antiquot"),
    *_kinds(f"{_PARSER}Syntax.", "numPrec addPrec subPrec"),
    *_kinds(f"{_PARSER}Attr.", "instance defaultInstance"),
    *_kinds("", "precMax precMin precLead precArg prec(_)"),
)
HEADER_OPTIONS = ("linter.unusedVariables.funArgs", "checkBinderAnnotations", "pp.proofs")
HEADER_ATTRIBUTES = ("instance", "default_instance", "class")

OPTIONS = (
    "maxHeartbeats", "maxRecDepth", "synthInstance.maxHeartbeats", "synthInstance.maxSize",
    "exponentiation.threshold", "autoImplicit", "relaxedAutoImplicit", "linter.all", "linter.unusedVariables",
    "linter.unusedSimpArgs", "linter.unnecessarySimpa", "linter.unusedSectionVars", "linter.unusedTactic",
    "linter.unreachableTactic", "linter.style.longLine", "linter.style.setOption", "pp.unicode.fun", "pp.all",
    "pp.numericTypes", "pp.proofs.withType", "tactic.hygienic", "grind.warning",
)  # fmt: skip
"""Options that a proof may set. Those that buy work are clamped by the driver (`driver/frontend.cjs`)."""

ATTRIBUTES = (
    "simp", "grind", "ext", "norm_cast", "reducible", "irreducible", "semireducible", "inline", "specialize",
    "elab_as_elim", "elab_without_expected_type", "symm", "refl", "trans", "congr",
)  # fmt: skip

REFUSED_NAMES = (
    "sorryAx", "_root_.sorryAx", "Lean.ofReduceBool", "Lean.ofReduceNat", "Lean.reduceBool", "Lean.reduceNat",
)  # fmt: skip
"""Refused wherever they occur, for a clear reason; what a proof rests on is audited in any case."""

REFUSED_PARTS = (
    "autoParam", "Syntax", "TSyntax", "TSyntaxArray", "SyntaxNodeKind", "SourceInfo", "MacroM", "MacroScopesView",
    "reduceBool", "reduceNat", "ofReduceBool", "ofReduceNat", "evalConst", "unsafeCast", "unsafeIO",
)  # fmt: skip
"""Refused as any part of a name, however it is qualified: with these a proof can build syntax as data, which is
elaborated without having been parsed, or have its own code evaluated (`autoParam` runs a definition to get its tactic).
"""

# A configuration is compiled and run while the tactic is elaborated, as unsafe code: it consists of literals and of the
# names below, each of which has to mean a constant of Lean (`driver/allowed.cjs`). Nothing is given by position.
CONFIGURATION_KINDS = (
    *_kinds("", "null group ident num str term[_] term_+_"),
    *_kinds(f"{_PARSER}Tactic.", "valConfigItem posConfigItem negConfigItem"),
    *_kinds(
        f"{_PARSER}Term.",
        "structInst structInstField structInstFieldDef structInstFields structInstLVal optEllipsis app dotIdent"
        " paren hygienicLParen trueVal falseVal",
    ),
    "hygieneInfo",
)  # fmt: skip
CONFIGURATION_NAMES = (
    # values and what they are made of
    *_kinds(
        "",
        "true false some none pos neg all instances reducible default Nat Bool List Option config",
    ),
    # Simp.Config, DSimp.Config, omega, decide (all but `native`), rewriting, apply
    *_kinds(
        "",
        "maxSteps maxDischargeDepth contextual memoize singlePass zeta beta eta etaStruct iota proj decide arith"
        " autoUnfold dsimp failIfUnchanged ground unfoldPartialApp zetaDelta index implicitDefEqProofs zetaUnused"
        " catchRuntime zetaHave letToHave congrConsts bitVecOfNat warnExponents suggestions maxSuggestions locals"
        " useDecide splitDisjunctions splitNatSub splitNatAbs splitMinMax kernel zetaReduce revert transparency"
        " offsetCnstrs occs newGoals synthAssignedInstances allowSynthFailures approx maxDepth star symm exfalso"
        " backtracking intro constructor transitive preserveOrder",
    ),
    # Grind.Config
    *_kinds(
        "",
        "trace splits ematch gen matchEqs splitMatch splitIte splitIndPred splitImp canonHeartbeats extAll funext"
        " lookahead verbose clean qlia mbtc ring ringSteps linarith cutsat lia ac acSteps exp abstractProof inj"
        " order funCC genLocal simproc markInstances premises lax min maxAnchors revertCongr",
    ),
)
