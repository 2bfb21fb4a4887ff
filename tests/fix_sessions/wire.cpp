#include "tests/fix_sessions/wire.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <map>
#include <numeric>

namespace tickweir::tests::fix_sessions {
namespace {

using namespace std::chrono;

constexpr char soh = '\x01';
constexpr std::size_t trailer_bytes = 7;  // 10=nnn and SOH

std::string three_digits(unsigned value) {
    std::string text = std::to_string(value);
    return std::string(3 - std::min<std::size_t>(3, text.size()), '0') + text;
}

unsigned sum_of(std::string_view text) {
    return std::accumulate(
               text.begin(), text.end(), 0U,
               [](unsigned sum, char c) { return sum + static_cast<unsigned char>(c); }) %
           256;
}

/// Replaces `{name}`, `{name+N}` and `{name-N}`; `value_of` gets N.
template <class ValueOf>
std::string replaced(std::string_view text, std::string_view name, ValueOf value_of) {
    std::string out;
    const std::string begin = '{' + std::string{name};
    while (true) {
        const auto at = text.find(begin);
        const auto end = at == text.npos ? at : text.find('}', at);
        if (end == text.npos) return out.append(text);
        int offset = 0;
        std::string_view digits = text.substr(at + begin.size(), end - at - begin.size());
        if (digits.starts_with('+')) digits.remove_prefix(1);
        std::from_chars(digits.data(), digits.data() + digits.size(), offset);
        out.append(text.substr(0, at)).append(value_of(offset));
        text.remove_prefix(end + 1);
    }
}

/// Fills in {len} and {sum} of a whole message.
std::string with_length_and_sum(std::string text) {
    const auto length_field = text.find(std::string{soh} + "9=");
    const auto body = length_field == text.npos ? text.npos : text.find(soh, length_field + 1);
    const auto trailer = text.rfind(std::string{soh} + "10=");
    if (body != text.npos && trailer != text.npos && trailer >= body) {
        const auto length = static_cast<std::int64_t>(trailer - body);
        text = replaced(text, "len", [&](int more) { return std::to_string(length + more); });
    }
    const auto end = text.rfind(std::string{soh} + "10=");
    if (end == text.npos) return text;
    const unsigned sum = sum_of(std::string_view{text}.substr(0, end + 1));
    return replaced(text, "sum", [&](int more) {
        return three_digits((sum + static_cast<unsigned>(more)) % 256);
    });
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

std::string utc_text(SysTime time) {
    const auto rounded = floor<milliseconds>(time);
    const std::time_t seconds = floor<std::chrono::seconds>(rounded).time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    const std::size_t length = std::strftime(text, sizeof text, "%Y%m%d-%H:%M:%S", &parts);
    return std::string{text, length} + '.' +
           three_digits(static_cast<unsigned>(rounded.time_since_epoch().count() % 1000));
}

std::string with_times(std::string_view text, SysTime now) {
    std::string out =
        replaced(text, "now", [&](int more) { return utc_text(now + seconds{more}); });
    std::ranges::replace(out, '|', soh);
    return out;
}

std::string message_of(const std::vector<FieldClaim>& fields, const Defaults& defaults) {
    std::map<std::uint32_t, std::string> given;
    for (const FieldClaim& field : fields)
        given.try_emplace(field.tag, field.value);
    const auto value = [&](std::uint32_t tag, const std::string& otherwise) {
        const auto found = given.find(tag);
        return found == given.end() ? otherwise : found->second;
    };
    std::string text = "8=" + value(8, "FIX.4.4") + "|9=" + value(9, "{len}") + "|";
    text += "35=" + value(35, "") + '|';
    const std::pair<std::uint32_t, std::string> filled[] = {{49, defaults.sender},
                                                            {56, defaults.target},
                                                            {34, std::to_string(defaults.number)},
                                                            {52, "{now}"}};
    for (const auto& [tag, otherwise] : filled)
        if (!given.contains(tag)) text += std::to_string(tag) + '=' + otherwise + '|';
    bool first = true;
    for (const FieldClaim& field : fields) {
        const bool stands_elsewhere =
            field.tag == 8 || field.tag == 9 || field.tag == 10 || (field.tag == 35 && first);
        if (field.tag == 35) first = false;
        if (stands_elsewhere || field.kind == FieldClaim::Kind::absent) continue;
        text += std::to_string(field.tag) + '=' + field.value + '|';
    }
    return raw_message(text + "10=" + value(10, "{sum}") + '|', defaults.now);
}

std::string raw_message(std::string_view raw, SysTime now) {
    return with_length_and_sum(with_times(raw, now));
}

std::optional<std::string> Received::find(std::uint32_t tag, std::size_t nth) const {
    for (const auto& [found, value] : fields)
        if (found == tag && nth-- == 0) return value;
    return std::nullopt;
}

std::string Received::shown() const {
    std::string out = text;
    std::ranges::replace(out, soh, '|');
    return out;
}

Taken take_message(std::string& buffer) {
    Taken taken;
    const auto wrong = [&](const std::string& why) {
        std::string shown = buffer.substr(0, 400);
        std::ranges::replace(shown, soh, '|');
        taken.wrong = why + ": " + shown;
        return taken;
    };
    const std::string_view begin = std::string_view{"8=FIX"};
    if (buffer.substr(0, begin.size()) != begin.substr(0, buffer.size()))
        return wrong("the peer sent what does not begin as a message");
    const auto first = buffer.find(soh);
    if (first == buffer.npos) return taken;
    const auto second = buffer.find(soh, first + 1);
    if (second == buffer.npos) return taken;
    if (buffer.compare(first + 1, 2, "9=") != 0) return wrong("9 is not the second field");
    const auto length = number_of(std::string_view{buffer}.substr(first + 3, second - first - 3));
    if (!length) return wrong("9 is no number");
    const std::size_t whole = second + 1 + *length + trailer_bytes;
    if (buffer.size() < whole) return taken;
    const std::string_view text = std::string_view{buffer}.substr(0, whole);
    const std::size_t trailer = whole - trailer_bytes;
    const std::string sum = three_digits(sum_of(text.substr(0, trailer)));
    if (text[trailer - 1] != soh || text.substr(trailer) != "10=" + sum + soh)
        return wrong("its length or checksum is wrong");
    Received received;
    received.text = text;
    for (std::size_t at = 0; at < whole;) {
        const auto mark = text.find('=', at);
        const auto end = std::min(text.find(soh, at), whole);
        const auto tag = mark < end ? number_of(text.substr(at, mark - at)) : std::nullopt;
        if (!tag) return wrong("a field has no tag");
        received.fields.emplace_back(static_cast<std::uint32_t>(*tag),
                                     std::string{text.substr(mark + 1, end - mark - 1)});
        at = end + 1;
    }
    buffer.erase(0, whole);
    taken.message = std::move(received);
    return taken;
}

std::string form_error(const Received& message, const Defaults& defaults) {
    if (message.fields.size() < 4 || message.fields[2].first != 35) return "35 is not third";
    const auto expect = [&](std::uint32_t tag, const std::string& value) {
        const auto found = message.find(tag);
        if (found == value) return std::string{};
        return std::to_string(tag) + " is " + found.value_or("missing") + " and has to be " + value;
    };
    if (auto wrong = expect(49, defaults.target); !wrong.empty()) return wrong;
    if (auto wrong = expect(56, defaults.sender); !wrong.empty()) return wrong;
    if (number_of(message.find(34).value_or("")).value_or(0) == 0) return "34 is no number";
    const std::string time = message.find(52).value_or("");
    const std::string least = utc_text(defaults.now - minutes{1});
    const std::string most = utc_text(defaults.now + minutes{1});
    if (time < least || time > most) return "52 is " + time + ", which is not now";
    for (std::size_t i = 0; i < message.fields.size(); ++i)
        if (message.fields[i].second.empty())
            return std::to_string(message.fields[i].first) + " has no value";
    return {};
}

std::string broken_claim(const Received& message, const std::vector<FieldClaim>& claims) {
    std::map<std::uint32_t, std::size_t> seen;
    for (const FieldClaim& claim : claims) {
        const auto found = message.find(claim.tag, seen[claim.tag]++);
        const std::string tag = std::to_string(claim.tag);
        switch (claim.kind) {
            case FieldClaim::Kind::absent:
                if (found) return tag + " is " + *found + " and must not be there";
                break;
            case FieldClaim::Kind::present:
                if (!found) return tag + " is missing";
                break;
            case FieldClaim::Kind::contains:
                if (!found || found->find(claim.value) == found->npos)
                    return tag + " is " + found.value_or("missing") + " and has to contain " +
                           claim.value;
                break;
            case FieldClaim::Kind::equals:
                if (found != claim.value)
                    return tag + " is " + found.value_or("missing") + " and has to be " +
                           claim.value;
                break;
        }
    }
    return {};
}

}  // namespace tickweir::tests::fix_sessions
