//! Set operations.

use super::Generator;

const KINDS: &[&str] = &[
    "int", "int", "dec", "float", "text", "date", "ts", "bool", "ilist", "tstz", "interval", "struct", "json",
];

impl Generator<'_> {
    pub(super) fn set_operation(&mut self) -> String {
        let kinds: Vec<&'static str> =
            (0..1 + self.random.below(3)).map(|_| *self.random.pick(KINDS)).collect();
        let operator = *self.random.pick(&[
            "UNION ALL",
            "UNION ALL",
            "UNION",
            "INTERSECT",
            "EXCEPT",
            "INTERSECT ALL",
            "EXCEPT ALL",
            "UNION ALL BY NAME",
            "UNION BY NAME",
        ]);
        let by_name = operator.ends_with("BY NAME");
        let mut branches = Vec::new();
        for number in 0..2 + usize::from(self.random.percent(20)) {
            let (from, scope) = self.from(1);
            let mut items: Vec<String> = kinds
                .iter()
                .enumerate()
                .map(|(position, kind)| {
                    let depth = self.random.below(2);
                    let value = self.expression(kind, depth, &scope);
                    let name = format!("u{position}");
                    self.shapes.insert(name.clone(), "a column of a set operation");
                    format!("{value} AS {name}")
                })
                .collect();
            if by_name && self.random.percent(50) {
                items.reverse();
                let value = self.expression("text", 1, &scope);
                items.push(format!("{value} AS only{number}"));
            }
            let mut branch = format!("SELECT {} {from}", items.join(", "));
            if self.random.percent(15) {
                branch = format!("({branch} ORDER BY 1 LIMIT {})", 1 + self.random.below(5));
            }
            branches.push(branch);
        }
        let mut text = branches.join(&format!(" {operator} "));
        if self.random.percent(15) {
            text.push_str(" ORDER BY 1");
            if self.random.percent(50) {
                text.push_str(" LIMIT 3");
            }
        }
        text
    }
}
