//! From the parsed text to a program: what is shared, who runs what, and what must hold at the end.

use super::TextError;
use super::ast::{Function, Module, Node, NodeKind, Statement, StatementKind};
use super::constant::constant;
use super::kind::{PROCESSES, TASKS, THREADS};
use super::names::{Named, Thing};
use super::statement;
use super::table::Table;
use crate::experiment::Kind;
use crate::experiment::digits::grouped;
use crate::program::value::Value;
use crate::program::{
    Check, Condition, ConditionId, Guard, GuardId, GuardKind, MAX_WORKERS, Program, Span, Switching, Thread,
    VarId, Variable,
};

/// Longest list of shared things.
const MAX_LIST: usize = 64;

/// A worker as the text asks for it: a function and its arguments.
struct Wanted {
    function: usize,
    arguments: Vec<Value>,
    is_started_later: bool,
    span: Span,
}

/// Everything that is known while a text is compiled.
pub(super) struct Context<'a> {
    pub(super) program: Program,
    pub(super) names: Table<Named>,
    module: &'a Module,
    wanted: Vec<Wanted>,
    /// What the workers are, as the first of them says.
    pub(super) kind: Option<Kind>,
    /// The variables that are `Value(...)`, and where the first of them is declared.
    pub(super) values: Vec<VarId>,
    pub(super) first_value: Option<Span>,
    checks: Vec<(Node, Option<String>)>,
    observes: bool,
}

/// Compiles a module.
pub(super) fn program(name: &str, text: &str, module: &Module) -> Result<Program, TextError> {
    let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(name);
    let program = Program {
        name: name.into(),
        title: title.trim_end().into(),
        source: text.lines().map(String::from).collect(),
        kind: Kind::Thread,
        switching: Switching::Anywhere,
        variables: Vec::new(),
        guards: Vec::new(),
        conditions: Vec::new(),
        codes: Vec::new(),
        threads: Vec::new(),
        observed: Vec::new(),
        checks: Vec::new(),
        messages: Vec::new(),
        watched: None,
        shape: None,
    };
    let names = Table::new();
    let mut context = Context {
        program,
        names,
        module,
        wanted: Vec::new(),
        kind: None,
        values: Vec::new(),
        first_value: None,
        checks: Vec::new(),
        observes: false,
    };
    for (at, function) in module.functions.iter().enumerate() {
        if module.functions[..at].iter().any(|other| other.name == function.name) {
            let why = format!("there is a function '{}' already", function.name);
            return TextError::new(function.span, why);
        }
    }
    for statement in &module.statements {
        context.declare(statement)?;
    }
    context.finish()
}

impl Context<'_> {
    fn declare(&mut self, statement: &Statement) -> Result<(), TextError> {
        match &statement.kind {
            StatementKind::Assign(Node { kind: NodeKind::Name(name), span }, value) => {
                if self.names.has(name) {
                    return TextError::new(*span, format!("'{name}' stands for something already"));
                }
                let named = match &value.kind {
                    NodeKind::List(items) if items.len() > MAX_LIST => {
                        return TextError::new(
                            value.span,
                            format!("a list may have at most {MAX_LIST} elements"),
                        );
                    }
                    NodeKind::List(items) => {
                        let item = |(i, item)| self.thing(format!("{name}[{i}]"), item);
                        Named::List(items.iter().enumerate().map(item).collect::<Result<_, _>>()?)
                    }
                    _ => Named::One(self.thing(name.clone(), value)?),
                };
                self.names.insert(name.clone(), named);
                Ok(())
            }
            StatementKind::Expr(Node {
                kind: NodeKind::Call { target: None, method, arguments, .. },
                span,
            }) => match method.as_str() {
                "threads" => self.want_all(arguments, THREADS),
                "processes" => self.want_all(arguments, PROCESSES),
                "tasks" => self.want_all(arguments, TASKS),
                "observe" => arguments.iter().try_for_each(|node| self.observe(node)),
                _ => TextError::new(
                    *span,
                    format!(
                        "expected threads(...), processes(...), tasks(...) or observe(...), not {method}(...)"
                    ),
                ),
            },
            StatementKind::Assert(condition, message) => {
                self.checks.push((condition.clone(), message.clone()));
                Ok(())
            }
            StatementKind::Pass => Ok(()),
            _ => TextError::new(
                statement.span,
                "outside a def there can be declarations (x = 0, lock = Lock()), threads(...) and its like, \
                 observe(...) and assert",
            ),
        }
    }

    fn thing(&mut self, name: String, node: &Node) -> Result<Thing, TextError> {
        let NodeKind::Call { target: None, method, arguments, .. } = &node.kind else {
            return self.declare_variable(name, node).map(Thing::Variable);
        };
        let kind = match (method.as_str(), arguments.as_slice()) {
            ("Lock", []) => GuardKind::Lock,
            ("ReadersWriterLock", []) => GuardKind::ReadersWriter,
            ("Semaphore", [permits]) => {
                let value = constant(permits, &Table::new())?.as_int();
                let Ok(permits) = u16::try_from(value) else {
                    return TextError::new(
                        permits.span,
                        format!("permits must be 0 to {}, not {value}", grouped(u16::MAX.into())),
                    );
                };
                GuardKind::Semaphore(u32::from(permits))
            }
            ("Condition", [lock]) => {
                let Thing::Guard(lock) = self.resolve(lock, &Table::new())? else {
                    return TextError::new(lock.span, "a condition needs a lock that is declared above");
                };
                self.program.conditions.push(Condition { name, lock });
                return Ok(Thing::Condition(ConditionId(number(self.program.conditions.len(), node.span)?)));
            }
            ("Value", [initial]) => {
                let variable = self.declare_variable(name, initial)?;
                self.values.push(variable);
                self.first_value.get_or_insert(node.span);
                return Ok(Thing::Variable(variable));
            }
            ("Thread", [_, ..]) => return self.want_later(arguments, THREADS, node.span),
            ("Task", [_, ..]) => return self.want_later(arguments, TASKS, node.span),
            _ => {
                return TextError::new(
                    node.span,
                    "expected a number, True, False, Lock(), ReadersWriterLock(), Semaphore(PERMITS), \
                     Condition(LOCK), Value(NUMBER), Thread(FUNCTION) or Task(FUNCTION)",
                );
            }
        };
        self.program.guards.push(Guard { name, kind });
        Ok(Thing::Guard(GuardId(number(self.program.guards.len(), node.span)?)))
    }

    fn declare_variable(&mut self, name: String, initial: &Node) -> Result<VarId, TextError> {
        let value = constant(initial, &Table::new())?;
        self.program.variables.push(Variable { name, initial: value, is_own: false });
        Ok(VarId(number(self.program.variables.len(), initial.span)?))
    }

    pub(super) fn want(&mut self, node: &Node, kind: Kind) -> Result<(), TextError> {
        let (name, arguments) = match &node.kind {
            NodeKind::Name(name) => (name, [].as_slice()),
            NodeKind::Call { target: None, method, arguments, .. } => (method, arguments.as_slice()),
            _ => return TextError::new(node.span, "expected a function or a call of one"),
        };
        self.wish(name, arguments, (kind, false), node.span)
    }

    fn want_later(&mut self, arguments: &[Node], kind: Kind, span: Span) -> Result<Thing, TextError> {
        let NodeKind::Name(name) = &arguments[0].kind else {
            return TextError::new(arguments[0].span, "expected the name of a function");
        };
        self.wish(name, &arguments[1..], (kind, true), span)?;
        Ok(Thing::Thread(number(self.wanted.len(), span)?))
    }

    fn wish(
        &mut self,
        name: &str,
        arguments: &[Node],
        (kind, later): (Kind, bool),
        span: Span,
    ) -> Result<(), TextError> {
        let Some(function) = self.module.functions.iter().position(|f| f.name == name) else {
            return TextError::new(span, format!("there is no function '{name}'"));
        };
        let is_async = self.module.functions[function].is_async;
        self.check_kind(kind, (name, is_async), span)?;
        let expected = self.module.functions[function].parameters.len();
        if arguments.len() != expected {
            let plural = if expected == 1 { "" } else { "s" };
            let why = format!("{name} takes {expected} argument{plural}, not {}", arguments.len());
            return TextError::new(span, why);
        }
        if self.wanted.len() == MAX_WORKERS {
            return TextError::new(span, format!("there can be at most {MAX_WORKERS} workers"));
        }
        let none = Table::new();
        let arguments = arguments.iter().map(|node| constant(node, &none)).collect::<Result<_, _>>()?;
        self.wanted.push(Wanted { function, arguments, is_started_later: later, span });
        Ok(())
    }

    fn observe(&mut self, node: &Node) -> Result<(), TextError> {
        self.observes = true;
        let named = match &node.kind {
            NodeKind::Name(name) => self.names.get(name),
            _ => None,
        };
        let things = match named {
            Some(Named::List(things)) => things.clone(),
            _ => vec![self.resolve(node, &Table::new())?],
        };
        for thing in things {
            let Thing::Variable(variable) = thing else {
                return TextError::new(node.span, "only variables can be observed");
            };
            self.program.observed.push(variable);
        }
        Ok(())
    }

    /// The number of a message; `otherwise` is the source that stands for one that was not given.
    pub(super) fn message(&mut self, given: Option<&String>, otherwise: Span) -> u32 {
        let line = otherwise.line.saturating_sub(1) as usize;
        let columns = (otherwise.end - otherwise.start) as usize;
        let source = |line: &String| line.chars().skip(otherwise.start as usize - 1).take(columns).collect();
        let text = given.cloned().or_else(|| self.program.source.get(line).map(source)).unwrap_or_default();
        self.program.messages.push(text);
        u32::try_from(self.program.messages.len() - 1).unwrap_or(u32::MAX)
    }

    fn finish(mut self) -> Result<Program, TextError> {
        self.settle_kind()?;
        let mut done: Vec<(usize, Vec<Value>)> = Vec::new();
        for wanted in std::mem::take(&mut self.wanted) {
            let key = (wanted.function, wanted.arguments);
            let code = match done.iter().position(|known| *known == key) {
                Some(code) => code,
                None => {
                    let function: &Function = &self.module.functions[key.0];
                    let code = statement::code(&mut self, function, &key.1)?;
                    self.program.codes.push(code);
                    done.push(key);
                    self.program.codes.len() - 1
                }
            };
            let code = number(code + 1, wanted.span)?;
            self.program.threads.push(Thread { code, is_started_later: wanted.is_started_later });
        }
        if !self.program.threads.iter().any(|thread| !thread.is_started_later) {
            let line = u32::try_from(self.program.source.len()).unwrap_or(u32::MAX).max(1);
            return TextError::new(
                Span { line, start: 1, end: 1 },
                "no worker runs: add threads(FUNCTION, ...)",
            );
        }
        for (condition, message) in std::mem::take(&mut self.checks) {
            let expr = self.check(&condition)?;
            let message = self.message(message.as_ref(), condition.span);
            self.program.checks.push(Check { expr, message, span: condition.span });
        }
        let variables = self.program.variables.len();
        if !self.observes {
            self.program.observed = (0..variables).map(|i| VarId(i as u16)).collect();
        }
        let counter = self.program.variables.iter().position(|variable| variable.name == "counter");
        let watched = counter.map(|i| VarId(i as u16)).or(self.program.observed.first().copied());
        self.program.watched = watched;
        self.name_kind();
        Ok(self.program)
    }
}

/// The number of the newest of so many things.
fn number(count: usize, span: Span) -> Result<u16, TextError> {
    match u16::try_from(count - 1) {
        Ok(number) => Ok(number),
        Err(_) => TextError::new(span, "there are more of these than 65536"),
    }
}
