//! Checks a value against what of JSON Schema the description of the API uses.

use serde_json::Value;

/// Whether a value is as its schema says; else the place and what is wrong there.
pub(super) fn conforms(
    description: &Value,
    schema: &Value,
    value: &Value,
    place: &str,
) -> Result<(), String> {
    let check = |schema: &Value| conforms(description, schema, value, place);
    if let Some(reference) = schema["$ref"].as_str() {
        let target = description.pointer(reference.trim_start_matches('#'));
        return check(target.ok_or_else(|| format!("{place}: {reference} leads nowhere"))?);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().try_for_each(check);
    }
    for key in ["oneOf", "anyOf"] {
        let Some(choices) = schema[key].as_array() else { continue };
        let outcomes: Vec<Result<(), String>> = choices.iter().map(check).collect();
        let fit = outcomes.iter().filter(|o| o.is_ok()).count();
        if fit == 0 {
            let whys: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
            return Err(format!("{place}: none of the choices: {}", whys.join("; ")));
        }
        return if key == "oneOf" && fit > 1 { Err(format!("{place}: several choices")) } else { Ok(()) };
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = |t: &Value| t == kind || (t == "number" && kind == "integer");
    let right = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(fits),
        one => fits(one),
    };
    if !right {
        return Err(format!("{place}: {kind} is not {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return Err(format!("{place}: {value} is none of {}", schema["enum"]));
    }
    if let (Some(least), Some(number)) = (schema["minimum"].as_f64(), value.as_f64())
        && number < least
    {
        return Err(format!("{place}: {number} is less than {least}"));
    }
    match value {
        Value::Object(members) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !members.contains_key(name) {
                    return Err(format!("{place}: {name} is missing"));
                }
            }
            members.iter().try_for_each(|(name, member)| {
                let schema = match &schema["properties"][name] {
                    Value::Null => &schema["additionalProperties"],
                    own => own,
                };
                if schema.is_object() {
                    conforms(description, schema, member, &format!("{place}/{name}"))
                } else {
                    Ok(())
                }
            })
        }
        Value::Array(items) => items.iter().enumerate().try_for_each(|(i, item)| {
            let schema =
                if schema["prefixItems"].is_array() { &schema["prefixItems"][i] } else { &schema["items"] };
            if schema.is_object() {
                conforms(description, schema, item, &format!("{place}/{i}"))
            } else {
                Ok(())
            }
        }),
        _ => Ok(()),
    }
}
