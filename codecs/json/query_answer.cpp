#include "codecs/json/query_answer.hpp"

#include <simdjson.h>

#include <utility>

namespace tickweir::codecs::json {
namespace {

namespace dom = simdjson::dom;

Value read(const dom::element& element);

Value of_kind(Value::Kind kind, std::string text) {
    Value value;
    value.kind = kind;
    value.text = std::move(text);
    return value;
}

Value read_array(const dom::array& array) {
    Value value;
    value.kind = Value::Kind::array;
    value.members.reserve(array.size());
    for (const dom::element element : array)
        value.members.push_back({{}, read(element)});
    return value;
}

Value read_object(const dom::object& object) {
    Value value;
    value.kind = Value::Kind::object;
    value.members.reserve(object.size());
    for (const dom::key_value_pair member : object)
        value.members.push_back({std::string{member.key}, read(member.value)});
    return value;
}

/// The nesting is bounded by the parser, so recursion is too.
Value read(const dom::element& element) {
    switch (element.type()) {
        case dom::element_type::ARRAY:
            return read_array(element.get_array().value_unsafe());
        case dom::element_type::OBJECT:
            return read_object(element.get_object().value_unsafe());
        case dom::element_type::STRING:
            return of_kind(Value::Kind::string, std::string{element.get_string().value_unsafe()});
        case dom::element_type::BOOL:
            return of_kind(Value::Kind::boolean, simdjson::minify(element));
        case dom::element_type::INT64:
        case dom::element_type::UINT64:
        case dom::element_type::DOUBLE:
            return of_kind(Value::Kind::number, simdjson::minify(element));
        case dom::element_type::NULL_VALUE:
            return of_kind(Value::Kind::null, "null");
    }
    return {};
}

}  // namespace

const Value* Value::find(std::string_view name) const {
    for (const Member& member : members)
        if (kind == Kind::object && member.name == name) return &member.value;
    return nullptr;
}

std::variant<Value, std::string> parse_value(std::string_view text, const ValueLimits& limits) {
    if (text.size() > limits.bytes)
        return "JSON of " + std::to_string(text.size()) + " bytes is larger than the limit of " +
               std::to_string(limits.bytes);
    dom::parser parser;
    dom::element document;
    auto error = parser.allocate(text.size(), limits.nesting);
    if (!error) error = parser.parse(text.data(), text.size()).get(document);
    if (error) return std::string{"not JSON: "} + simdjson::error_message(error);
    return read(document);
}

}  // namespace tickweir::codecs::json
