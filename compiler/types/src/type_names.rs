//! Warehouse type names → lattice. Total: what is not understood is [`DataType::Unknown`].

use crate::{DataType, DialectKind, Nullability, StructField, largest_precision};
use smol_str::SmolStr;

/// The deepest nesting of type arguments that is looked into.
const DEEPEST: usize = 32;

/// The type a warehouse's type name stands for.
pub fn parse_type(text: &str, dialect: DialectKind) -> DataType {
    let tokens = tokenize(text);
    let mut parser = Parser { tokens: &tokens, position: 0, dialect };
    let ty = parser.ty(0);
    if parser.position == tokens.len() { ty } else { DataType::Unknown }
}

/// The type a contract names: `Int64`, `Decimal(10,2)`, `Array<String>`, `Decimal` without parameters as
/// `Decimal(38,0)`; `None` when there is no such type. Case does not matter.
pub fn parse_contract_type(text: &str) -> Option<DataType> {
    let tokens = tokenize(text);
    let mut parser = Parser { tokens: &tokens, position: 0, dialect: DialectKind::Permissive };
    let ty = parser.contract(0)?;
    (parser.position == tokens.len()).then_some(ty)
}

/// The warehouse's own name where the lattice keeps less than that: `HUGEINT`, `UUID`, `TINYINT`, …
pub fn raw_type_name(text: &str, dialect: DialectKind) -> Option<SmolStr> {
    if dialect != DialectKind::DuckDb {
        return None;
    }
    let upper = text.trim().to_ascii_uppercase();
    let name = match upper.as_str() {
        "TINYINT" | "INT1" => "TINYINT",
        "SMALLINT" | "INT2" | "SHORT" => "SMALLINT",
        "UTINYINT" => "UTINYINT",
        "USMALLINT" => "USMALLINT",
        "UINTEGER" => "UINTEGER",
        "UBIGINT" => "UBIGINT",
        "HUGEINT" | "INT16" => "HUGEINT",
        "UHUGEINT" => "UHUGEINT",
        "UUID" => "UUID",
        "BIT" | "BITSTRING" => "BIT",
        "TIMESTAMP_S" => "TIMESTAMP_S",
        "TIMESTAMP_MS" => "TIMESTAMP_MS",
        "TIMESTAMP_NS" => "TIMESTAMP_NS",
        "TIMETZ" | "TIME WITH TIME ZONE" => "TIME WITH TIME ZONE",
        _ => return None,
    };
    Some(SmolStr::new_static(name))
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    Word(SmolStr),
    Quoted(SmolStr),
    Number(u32),
    Symbol(char),
}

fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        if first.is_ascii_digit() {
            tokens.push(Token::Number(rest[..length].parse().unwrap_or(u32::MAX)));
        } else if first.is_alphanumeric() || first == '_' {
            tokens.push(Token::Word(SmolStr::new(&rest[..length])));
        } else if matches!(first, '"' | '`' | '\'') {
            let body = &rest[length..];
            let end = body.find(first).unwrap_or(body.len());
            tokens.push(Token::Quoted(SmolStr::new(&body[..end])));
            rest = body.get(end + 1..).unwrap_or("");
            continue;
        } else if !first.is_whitespace() {
            tokens.push(Token::Symbol(first));
        }
        rest = &rest[length..];
    }
    tokens
}

struct Parser<'a> {
    tokens: &'a [Token],
    position: usize,
    dialect: DialectKind,
}

impl Parser<'_> {
    fn word(&self) -> Option<String> {
        match self.tokens.get(self.position) {
            Some(Token::Word(word)) => Some(word.to_ascii_uppercase()),
            Some(Token::Quoted(word)) => Some(word.to_ascii_uppercase()),
            _ => None,
        }
    }

    fn eat_word(&mut self, expected: &str) -> bool {
        let found = matches!(self.tokens.get(self.position), Some(Token::Word(word))
            if word.eq_ignore_ascii_case(expected));
        self.position += usize::from(found);
        found
    }

    fn eat(&mut self, symbol: char) -> bool {
        let found = self.tokens.get(self.position) == Some(&Token::Symbol(symbol));
        self.position += usize::from(found);
        found
    }

    fn number(&mut self) -> Option<u32> {
        match self.tokens.get(self.position) {
            Some(Token::Number(number)) => {
                self.position += 1;
                Some(*number)
            }
            _ => None,
        }
    }

    fn ty(&mut self, depth: usize) -> DataType {
        let Some(word) = self.word().filter(|_| depth < DEEPEST) else {
            return DataType::Unknown;
        };
        self.position += 1;
        let mut ty = self.named(&word, depth);
        let mut suffixes = 0;
        while self.eat('[') {
            self.number();
            suffixes += 1;
            if !self.eat(']') || suffixes > DEEPEST {
                return DataType::Unknown;
            }
            ty = DataType::array_of(ty);
        }
        ty
    }

    fn named(&mut self, word: &str, depth: usize) -> DataType {
        match word {
            "ARRAY" | "LIST" => self.array(depth),
            "MAP" => self.map(depth),
            "STRUCT" | "ROW" | "OBJECT" | "RECORD" => self.structure(word, depth),
            "ENUM" if self.duck() => {
                self.skip_parentheses();
                DataType::String
            }
            "UNION" => {
                self.skip_parentheses();
                DataType::Unknown
            }
            _ => self.scalar(word),
        }
    }

    fn duck(&self) -> bool {
        matches!(self.dialect, DialectKind::DuckDb | DialectKind::Permissive)
    }

    /// Steps over balanced parentheses.
    fn skip_parentheses(&mut self) {
        if !self.eat('(') {
            return;
        }
        let mut open = 1usize;
        while let Some(token) = self.tokens.get(self.position) {
            self.position += 1;
            match token {
                Token::Symbol('(') => open += 1,
                Token::Symbol(')') => open -= 1,
                _ => {}
            }
            if open == 0 {
                return;
            }
        }
    }

    fn array(&mut self, depth: usize) -> DataType {
        let close = if self.eat('<') {
            '>'
        } else if self.eat('(') {
            ')'
        } else if self.dialect == DialectKind::Snowflake {
            return DataType::array_of(DataType::Variant);
        } else {
            return DataType::array_of(DataType::Unknown);
        };
        let element = self.ty(depth + 1);
        self.eat_not_null();
        if self.eat(close) { DataType::array_of(element) } else { DataType::Unknown }
    }

    fn map(&mut self, depth: usize) -> DataType {
        let close = if self.eat('<') {
            '>'
        } else if self.eat('(') {
            ')'
        } else {
            return DataType::map_of(DataType::Unknown, DataType::Unknown);
        };
        let key = self.ty(depth + 1);
        if !self.eat(',') {
            return DataType::Unknown;
        }
        let value = self.ty(depth + 1);
        self.eat_not_null();
        if self.eat(close) { DataType::map_of(key, value) } else { DataType::Unknown }
    }

    fn eat_not_null(&mut self) -> bool {
        let before = self.position;
        if self.eat_word("NOT") && self.eat_word("NULL") {
            return true;
        }
        self.position = before;
        false
    }

    fn structure(&mut self, word: &str, depth: usize) -> DataType {
        let close = if self.eat('<') {
            '>'
        } else if self.eat('(') {
            ')'
        } else {
            return if word == "OBJECT" { DataType::Variant } else { DataType::Unknown };
        };
        let mut fields = Vec::new();
        while !self.eat(close) {
            let Some(field) = self.field(depth) else {
                return DataType::Unknown;
            };
            fields.push(field);
            if !self.eat(',') {
                if self.eat(close) {
                    break;
                }
                return DataType::Unknown;
            }
        }
        DataType::Struct(fields)
    }

    fn field(&mut self, depth: usize) -> Option<StructField> {
        let name = match self.tokens.get(self.position)? {
            Token::Word(name) | Token::Quoted(name) => name.clone(),
            _ => return None,
        };
        let unnamed = matches!(
            self.tokens.get(self.position + 1),
            None | Some(Token::Symbol(',' | '>' | ')' | '(' | '<' | '['))
        ) || self.is_zoned(&name);
        let name = if unnamed {
            SmolStr::default()
        } else {
            self.position += 1;
            self.eat(':');
            name
        };
        let ty = self.ty(depth + 1);
        let not_null = self.eat_not_null();
        if self.eat_word("COMMENT") {
            self.position += 1;
        }
        let nullability = if not_null { Nullability::NotNull } else { Nullability::Nullable };
        Some(StructField { name, ty, nullability })
    }

    /// `TIMESTAMP WITH TIME ZONE` as a field without a name.
    fn is_zoned(&self, name: &str) -> bool {
        let word = |position: usize, text: &str| matches!(self.tokens.get(self.position + position), Some(Token::Word(word)) if word.eq_ignore_ascii_case(text));
        (name.eq_ignore_ascii_case("TIMESTAMP") || name.eq_ignore_ascii_case("TIME"))
            && word(1, "WITH")
            && word(2, "TIME")
    }

    /// `(a)`, `(a, b)`: parameters of a scalar type; `(max)` counts as none.
    fn parameters(&mut self) -> Vec<u32> {
        let mut parameters = Vec::new();
        if self.eat('(') {
            while let Some(token) = self.tokens.get(self.position) {
                self.position += 1;
                match token {
                    Token::Number(number) => parameters.push(*number),
                    Token::Symbol(')') => break,
                    _ => {}
                }
            }
        }
        parameters
    }

    fn scalar(&mut self, word: &str) -> DataType {
        let parameters = self.parameters();
        let zone = self.time_zone();
        let precise = match word {
            "DOUBLE" => {
                self.eat_word("PRECISION");
                Some(DataType::Float64)
            }
            "CHARACTER" | "CHAR" | "NATIONAL" | "BINARY" if self.eat_word("VARYING") => {
                self.parameters();
                Some(if word == "BINARY" { DataType::Binary } else { DataType::String })
            }
            "INTERVAL" => {
                self.position = self.tokens.len().min(self.position + self.interval_words());
                Some(DataType::Interval)
            }
            "TIMESTAMP" if zone.is_some() => {
                Some(if zone == Some(true) { DataType::Timestamp } else { DataType::TimestampNtz })
            }
            "TIME" => Some(DataType::Time),
            _ => None,
        };
        if let Some(precise) = precise {
            return precise;
        }
        match self.dialect {
            DialectKind::Databricks => databricks(word, &parameters),
            DialectKind::Snowflake => snowflake(word, &parameters),
            DialectKind::BigQuery => big_query(word, &parameters),
            DialectKind::DuckDb => duck_db(word, &parameters),
            DialectKind::Ansi | DialectKind::Postgres | DialectKind::Permissive => {
                permissive(word, &parameters)
            }
        }
    }

    fn interval_words(&self) -> usize {
        self.tokens[self.position..].iter().take_while(|token| matches!(token, Token::Word(_))).count()
    }

    /// `WITH [LOCAL] TIME ZONE` (true), `WITHOUT TIME ZONE` (false).
    fn time_zone(&mut self) -> Option<bool> {
        let before = self.position;
        let with = if self.eat_word("WITH") {
            self.eat_word("LOCAL");
            true
        } else if self.eat_word("WITHOUT") {
            false
        } else {
            return None;
        };
        if self.eat_word("TIME") && self.eat_word("ZONE") {
            return Some(with);
        }
        self.position = before;
        None
    }

    fn contract(&mut self, depth: usize) -> Option<DataType> {
        let word = self.word().filter(|_| depth < DEEPEST)?;
        self.position += 1;
        let ty = match word.as_str() {
            "BOOLEAN" | "BOOL" => DataType::Boolean,
            "INT32" => DataType::Int32,
            "INT64" => DataType::Int64,
            "FLOAT32" => DataType::Float32,
            "FLOAT64" => DataType::Float64,
            "STRING" => DataType::String,
            "DATE" => DataType::Date,
            "TIMESTAMP" => DataType::Timestamp,
            "TIMESTAMPNTZ" | "TIMESTAMP_NTZ" => DataType::TimestampNtz,
            "TIME" => DataType::Time,
            "INTERVAL" => DataType::Interval,
            "BINARY" => DataType::Binary,
            "VARIANT" => DataType::Variant,
            "UNKNOWN" => DataType::Unknown,
            "DECIMAL" => decimal(&self.parameters(), (38, 0), 76),
            "ARRAY" if self.eat('<') => {
                let element = self.contract(depth + 1)?;
                self.eat('>').then(|| DataType::array_of(element))?
            }
            "MAP" if self.eat('<') => {
                let key = self.contract(depth + 1)?;
                let value = self.eat(',').then(|| self.contract(depth + 1)).flatten()?;
                self.eat('>').then(|| DataType::map_of(key, value))?
            }
            "STRUCT" if self.eat('<') => self.contract_fields(depth)?,
            "ARRAY" => DataType::array_of(DataType::Unknown),
            "MAP" => DataType::map_of(DataType::Unknown, DataType::Unknown),
            "STRUCT" => DataType::Struct(Vec::new()),
            _ => return None,
        };
        Some(ty)
    }

    fn contract_fields(&mut self, depth: usize) -> Option<DataType> {
        let mut fields = Vec::new();
        while !self.eat('>') {
            let name = match self.tokens.get(self.position)? {
                Token::Word(name) | Token::Quoted(name) => name.clone(),
                _ => return None,
            };
            self.position += 1;
            self.eat(':');
            let ty = self.contract(depth + 1)?;
            fields.push(StructField { name, ty, nullability: Nullability::Unknown });
            self.eat(',');
        }
        Some(DataType::Struct(fields))
    }
}

fn decimal(parameters: &[u32], default: (u8, u8), largest: u8) -> DataType {
    let digits = |number: u32| u8::try_from(number).unwrap_or(u8::MAX).min(largest);
    match parameters {
        [] => DataType::Decimal(default.0, default.1),
        [precision] => DataType::Decimal(digits(*precision).max(1), 0),
        [precision, scale, ..] => {
            let precision = digits(*precision).max(1);
            DataType::Decimal(precision, digits(*scale).min(precision))
        }
    }
}

fn databricks(word: &str, parameters: &[u32]) -> DataType {
    match word {
        "BOOLEAN" | "BOOL" => DataType::Boolean,
        "TINYINT" | "BYTE" | "SMALLINT" | "SHORT" | "INT" | "INTEGER" => DataType::Int32,
        "BIGINT" | "LONG" => DataType::Int64,
        "FLOAT" | "REAL" => DataType::Float32,
        "DECIMAL" | "DEC" | "NUMERIC" => {
            decimal(parameters, (10, 0), largest_precision(DialectKind::Databricks))
        }
        "STRING" | "VARCHAR" | "CHAR" | "TEXT" => DataType::String,
        "BINARY" => DataType::Binary,
        "DATE" => DataType::Date,
        "TIMESTAMP" | "TIMESTAMP_LTZ" => DataType::Timestamp,
        "TIMESTAMP_NTZ" => DataType::TimestampNtz,
        "VARIANT" => DataType::Variant,
        _ => DataType::Unknown,
    }
}

fn snowflake(word: &str, parameters: &[u32]) -> DataType {
    match word {
        "BOOLEAN" => DataType::Boolean,
        "NUMBER" | "DECIMAL" | "DEC" | "NUMERIC" => match decimal(parameters, (38, 0), 38) {
            DataType::Decimal(_, 0) => DataType::Int64,
            decimal => decimal,
        },
        "INT" | "INTEGER" | "BIGINT" | "SMALLINT" | "TINYINT" | "BYTEINT" => DataType::Int64,
        "FLOAT" | "FLOAT4" | "FLOAT8" | "REAL" => DataType::Float64,
        "VARCHAR" | "STRING" | "TEXT" | "CHAR" | "CHARACTER" | "NVARCHAR" | "NVARCHAR2" | "NCHAR" => {
            DataType::String
        }
        "BINARY" | "VARBINARY" => DataType::Binary,
        "DATE" => DataType::Date,
        "TIMESTAMP_LTZ" | "TIMESTAMPLTZ" | "TIMESTAMP_TZ" | "TIMESTAMPTZ" => DataType::Timestamp,
        "TIMESTAMP_NTZ" | "TIMESTAMPNTZ" | "DATETIME" | "TIMESTAMP" => DataType::TimestampNtz,
        "VARIANT" => DataType::Variant,
        _ => DataType::Unknown,
    }
}

fn big_query(word: &str, parameters: &[u32]) -> DataType {
    match word {
        "BOOL" | "BOOLEAN" => DataType::Boolean,
        "INT64" | "INT" | "INTEGER" | "BIGINT" | "SMALLINT" | "TINYINT" | "BYTEINT" => DataType::Int64,
        "FLOAT64" | "FLOAT" => DataType::Float64,
        "NUMERIC" | "DECIMAL" => decimal(parameters, (38, 9), 38),
        "BIGNUMERIC" | "BIGDECIMAL" => decimal(parameters, (76, 38), 76),
        "STRING" => DataType::String,
        "BYTES" => DataType::Binary,
        "DATE" => DataType::Date,
        "TIMESTAMP" => DataType::Timestamp,
        "DATETIME" => DataType::TimestampNtz,
        "JSON" => DataType::Variant,
        _ => DataType::Unknown,
    }
}

fn duck_db(word: &str, parameters: &[u32]) -> DataType {
    match word {
        "BOOLEAN" | "BOOL" | "LOGICAL" => DataType::Boolean,
        "TINYINT" | "INT1" | "SMALLINT" | "INT2" | "SHORT" | "INTEGER" | "INT" | "INT4" | "INT32"
        | "SIGNED" | "UTINYINT" | "USMALLINT" | "INTEGRAL" => DataType::Int32,
        "BIGINT" | "INT8" | "INT64" | "LONG" | "UINTEGER" | "OID" => DataType::Int64,
        "HUGEINT" | "INT16" | "INT128" | "UBIGINT" | "UHUGEINT" => DataType::Decimal(38, 0),
        "FLOAT" | "FLOAT4" | "REAL" => DataType::Float32,
        "FLOAT8" => DataType::Float64,
        "DECIMAL" | "NUMERIC" | "DEC" => decimal(parameters, (18, 3), 38),
        "VARCHAR" | "CHAR" | "BPCHAR" | "TEXT" | "STRING" | "NVARCHAR" | "CHARACTER" | "UUID" | "GUID" => {
            DataType::String
        }
        "BLOB" | "BYTEA" | "BINARY" | "VARBINARY" | "BIT" | "BITSTRING" => DataType::Binary,
        "DATE" => DataType::Date,
        "TIMESTAMPTZ" => DataType::Timestamp,
        "TIMESTAMP" | "DATETIME" | "TIMESTAMP_S" | "TIMESTAMP_MS" | "TIMESTAMP_NS" | "TIMESTAMP_US" => {
            DataType::TimestampNtz
        }
        "TIMETZ" => DataType::Time,
        "JSON" | "VARIANT" => DataType::Variant,
        _ => DataType::Unknown,
    }
}

/// Any warehouse's name, where they agree; the commonest meaning where they do not.
fn permissive(word: &str, parameters: &[u32]) -> DataType {
    match word {
        "NUMBER" => snowflake(word, parameters),
        "DECIMAL" | "NUMERIC" | "DEC" => decimal(parameters, (38, 0), 38),
        "BYTE" => DataType::Int32,
        "FLOAT64" => DataType::Float64,
        "BYTES" => DataType::Binary,
        "BIGNUMERIC" | "BIGDECIMAL" => big_query(word, parameters),
        "TIMESTAMP" | "TIMESTAMP_LTZ" | "TIMESTAMP_TZ" => DataType::Timestamp,
        "TIMESTAMP_NTZ" => DataType::TimestampNtz,
        _ => duck_db(word, parameters),
    }
}
