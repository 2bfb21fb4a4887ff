#include "codecs/json/stream_request.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

namespace tickweir::codecs::json {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

constexpr std::size_t excerpt_bytes = 40;

constexpr std::array<std::pair<std::string_view, StreamOp>, 5> ops{{
    {"subscribe", StreamOp::subscribe},
    {"unsubscribe", StreamOp::unsubscribe},
    {"list", StreamOp::list},
    {"snapshot", StreamOp::snapshot},
    {"ping", StreamOp::ping},
}};

enum class Key : std::uint8_t { op, id, channel, symbols, depth, conflate_ms, interval };
constexpr std::array<std::string_view, 7> keys{"op",    "id",          "channel", "symbols",
                                               "depth", "conflate_ms", "interval"};

/// Printable ASCII as it is, everything else as a question mark; at most excerpt_bytes and dots.
void append_excerpt(std::string& out, std::string_view text) {
    for (const char c : text.substr(0, excerpt_bytes))
        out += c >= ' ' && c <= '~' ? c : '?';
    if (text.size() > excerpt_bytes) out += "...";
}

std::string_view trimmed(std::string_view token) {
    const auto last = token.find_last_not_of(" \t\r\n");
    return last == token.npos ? std::string_view{} : token.substr(0, last + 1);
}

}  // namespace

std::string_view to_string(StreamOp op) {
    return ops[static_cast<std::size_t>(op)].first;
}

struct StreamRequestParser::Impl {
    explicit Impl(const StreamRequestLimits& given)
        : limits{given},
          text(given.bytes + simdjson::SIMDJSON_PADDING),
          parser{given.bytes + simdjson::SIMDJSON_PADDING} {
        if (parser.allocate(given.bytes + simdjson::SIMDJSON_PADDING) != simdjson::SUCCESS)
            throw std::bad_alloc{};
        reason.reserve(256);
    }

    // ------------------------------------------------------------------------------- refusals
    bool refuse(std::string_view why) {
        if (!refused) reason = why;
        refused = true;
        return false;
    }
    /// "KEY must be WHAT, got VALUE".
    bool refuse(Key key, std::string_view what, std::string_view got) {
        if (refused) return false;
        refused = true;
        reason = keys[static_cast<std::size_t>(key)];
        reason += " must be ";
        reason += what;
        reason += ", got ";
        append_excerpt(reason, got);
        return false;
    }
    bool refuse(error_code error) {
        if (refused) return false;
        refused = true;
        reason = "not a JSON object: ";
        switch (error) {
            case simdjson::UTF8_ERROR:
                reason += "invalid UTF-8";
                break;
            case simdjson::EMPTY:
                reason += "empty";
                break;
            case simdjson::UNCLOSED_STRING:
                reason += "a string without its end";
                break;
            case simdjson::UNESCAPED_CHARS:
                reason += "a control character in a string";
                break;
            default:
                reason += "malformed near '";
                append_excerpt(reason, place());
                reason += '\'';
        }
        return false;
    }
    /// The text from where the parser stands.
    std::string_view place() {
        const char* at = nullptr;
        if (document.current_location().get(at) != simdjson::SUCCESS || at < text.data() ||
            at >= text.data() + length)
            return "";
        return {at, static_cast<std::size_t>(text.data() + length - at)};
    }

    // --------------------------------------------------------------------------------- values
    /// Goes through a value that nobody wants, so that nothing in it passes unseen.
    bool pass_over(ondemand::value value, unsigned nesting) {
        ondemand::json_type type;
        if (const auto error = value.type().get(type)) return refuse(error);
        switch (type) {
            case ondemand::json_type::object:
                return pass_over_object(value, nesting);
            case ondemand::json_type::array:
                return pass_over_array(value, nesting);
            case ondemand::json_type::string: {
                std::string_view unused;
                const auto error = value.get_string().get(unused);
                return error ? refuse(error) : true;
            }
            case ondemand::json_type::number: {
                double unused = 0;
                const auto error = value.get_double().get(unused);
                return error ? refuse(error) : true;
            }
            case ondemand::json_type::boolean: {
                bool unused = false;
                const auto error = value.get_bool().get(unused);
                return error ? refuse(error) : true;
            }
            case ondemand::json_type::null: {
                bool null = false;
                const auto error = value.is_null().get(null);
                return error || !null ? refuse(error ? error : simdjson::N_ATOM_ERROR) : true;
            }
        }
        return refuse(simdjson::TAPE_ERROR);
    }
    bool pass_over_object(ondemand::value value, unsigned nesting) {
        if (nesting == 0) return refuse("nested too deeply");
        ondemand::object object;
        if (const auto error = value.get_object().get(object)) return refuse(error);
        for (auto field : object) {
            std::string_view key;
            if (const auto error = field.unescaped_key().get(key)) return refuse(error);
            ondemand::value inner;
            if (const auto error = field.value().get(inner)) return refuse(error);
            if (!pass_over(inner, nesting - 1)) return false;
        }
        return true;
    }
    bool pass_over_array(ondemand::value value, unsigned nesting) {
        if (nesting == 0) return refuse("nested too deeply");
        ondemand::array array;
        if (const auto error = value.get_array().get(array)) return refuse(error);
        for (auto element : array) {
            ondemand::value inner;
            if (const auto error = element.get(inner)) return refuse(error);
            if (!pass_over(inner, nesting - 1)) return false;
        }
        return true;
    }

    bool read_string(Key key, ondemand::value value, std::string_view& into) {
        const std::string_view token = trimmed(value.raw_json_token());
        if (!token.starts_with('"')) return refuse(key, "a string", token);
        if (const auto error = value.get_string().get(into)) return refuse(error);
        return true;
    }
    bool read_integer(Key key, ondemand::value value, std::int64_t low, std::int64_t high,
                      std::string_view range, std::int64_t& into) {
        const std::string_view token = trimmed(value.raw_json_token());
        if (value.get_int64().get(into) != simdjson::SUCCESS || into < low || into > high)
            return refuse(key, range, token);
        return true;
    }
    bool read_op(ondemand::value value) {
        std::string_view name;
        if (!read_string(Key::op, value, name)) return false;
        const auto* found = std::ranges::find(ops, name, [](const auto& op) { return op.first; });
        if (found == ops.end())
            return refuse(Key::op, "subscribe, unsubscribe, list, snapshot or ping", name);
        request.op = found->second;
        return true;
    }
    bool read_symbols(ondemand::value value) {
        const std::string_view token = trimmed(value.raw_json_token());
        if (!token.starts_with('[')) return refuse(Key::symbols, "an array of strings", token);
        ondemand::array array;
        if (const auto error = value.get_array().get(array)) return refuse(error);
        for (auto element : array) {
            ondemand::value inner;
            if (const auto error = element.get(inner)) return refuse(error);
            std::string_view symbol;
            if (!read_string(Key::symbols, inner, symbol)) return false;
            if (symbols.size() == limits.symbols) return too_many_symbols();
            if (symbol.empty() || symbol.size() > limits.symbol_bytes)
                return refuse(Key::symbols, "names of 1 to 129 bytes",
                              symbol.empty() ? "\"\"" : symbol);
            symbols.push_back(symbol);
        }
        return true;
    }
    bool too_many_symbols() {
        std::array<char, 64> line{};
        std::snprintf(line.data(), line.size(), "symbols: more than %zu", limits.symbols);
        failure.code = 413;
        return refuse(line.data());
    }

    bool read_field(Key key, ondemand::value value) {
        std::int64_t number = 0;
        std::string_view string;
        switch (key) {
            case Key::op:
                return read_op(value);
            case Key::id:
                if (!read_integer(key, value, INT64_MIN, INT64_MAX, "an integer of 64 bits",
                                  number))
                    return false;
                request.id = number;
                return true;
            case Key::channel:
                if (!read_string(key, value, string)) return false;
                request.channel = string;
                return true;
            case Key::symbols:
                return read_symbols(value);
            case Key::depth:
                if (!read_integer(key, value, 1, limits.depth, depth_range, number)) return false;
                request.depth = static_cast<unsigned>(number);
                return true;
            case Key::conflate_ms:
                if (!read_integer(key, value, 0, limits.conflate_ms, conflate_range, number))
                    return false;
                request.conflate_ms = static_cast<std::uint32_t>(number);
                return true;
            case Key::interval:
                if (!read_string(key, value, string)) return false;
                request.interval = string;
                return true;
        }
        return false;
    }

    bool read_object(ondemand::object object) {
        std::array<bool, keys.size()> seen{};
        bool good = true;
        for (auto field : object) {
            std::string_view name;
            if (const auto error = field.unescaped_key().get(name)) return refuse(error);
            ondemand::value value;
            if (const auto error = field.value().get(value)) return refuse(error);
            const auto* found = std::ranges::find(keys, name);
            // What is wrong is known; the answer has to name the request, wherever its id stands.
            if (!good && name != "id") continue;
            if (found == keys.end()) {
                if (!pass_over(value, limits.nesting)) return false;
                continue;
            }
            const auto index = static_cast<std::size_t>(found - keys.begin());
            if (std::exchange(seen[index], true)) {
                if (!refused) {
                    reason = *found;
                    reason += " is given twice";
                }
                refused = true;
                return false;
            }
            good &= read_field(static_cast<Key>(index), value);
        }
        return good && (seen[0] || refuse("op is missing"));
    }

    bool read(std::string_view given) {
        if (given.size() > limits.bytes) {
            std::array<char, 80> line{};
            std::snprintf(line.data(), line.size(), "message of %zu bytes, at most %zu",
                          given.size(), limits.bytes);
            failure.code = 413;
            return refuse(line.data());
        }
        length = given.size();
        std::copy(given.begin(), given.end(), text.begin());
        std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(length), simdjson::SIMDJSON_PADDING,
                    ' ');
        if (const auto failed = parser.iterate(text.data(), length, text.size()).get(document))
            return refuse(failed);
        ondemand::object object;
        if (document.get_object().get(object) != simdjson::SUCCESS)
            return refuse("not a JSON object");
        if (!read_object(object)) return false;
        if (!place().empty()) return refuse("something follows the object");
        return true;
    }

    StreamRequestLimits limits;
    std::string depth_range = "1 to " + std::to_string(limits.depth);
    std::string conflate_range = "0 to " + std::to_string(limits.conflate_ms);
    std::vector<char> text;
    ondemand::parser parser;
    ondemand::document document;
    std::size_t length = 0;

    StreamRequest request;
    std::vector<std::string_view> symbols;
    StreamRequestError failure;
    std::string reason;
    bool refused = false;
};

StreamRequestParser::StreamRequestParser(const StreamRequestLimits& limits)
    : impl_{std::make_unique<Impl>(limits)} {}
StreamRequestParser::~StreamRequestParser() = default;

const StreamRequest* StreamRequestParser::parse(std::string_view text) {
    Impl& impl = *impl_;
    impl.request = {};
    impl.failure = {};
    impl.symbols.clear();
    impl.refused = false;
    if (impl.read(text)) {
        impl.request.symbols = impl.symbols;
        return &impl.request;
    }
    impl.failure.reason = impl.reason;
    impl.failure.id = impl.request.id;
    return nullptr;
}

const StreamRequestError& StreamRequestParser::error() const {
    return impl_->failure;
}

std::string_view StreamRequestParser::kernel() {
    // On-Demand is compiled into this object with the flags of this target, and does not dispatch.
    return SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION);
}

}  // namespace tickweir::codecs::json
