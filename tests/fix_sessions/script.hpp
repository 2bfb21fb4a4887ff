// Scripts of FIX sessions: what a client sends, byte by byte where it matters, and what it has to
// be sent. Parsing only; nothing is opened or waited for here. README.md has the language.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tickweir::tests::fix_sessions {

/// A field that is sent, or what is said of one that is received.
struct FieldClaim {
    enum class Kind : std::uint8_t {
        equals,    ///< `tag=value`
        contains,  ///< `tag~value`
        present,   ///< `tag=*`
        absent,    ///< `!tag`; of a message that is sent: not filled in
    };
    std::uint32_t tag = 0;
    Kind kind = Kind::equals;
    std::string value;
    friend bool operator==(const FieldClaim&, const FieldClaim&) = default;
};

struct Step {
    enum class Kind : std::uint8_t {
        send,     ///< `> 35=A 108=30`
        drip,     ///< `drip 35=A 108=30`: the same, a byte a segment
        raw,      ///< `raw 8=FIX.4.4|9={len}|...|10={sum}|`
        expect,   ///< `< 35=A 34=1`
        closed,   ///< `= closed`: the peer ends the connection, and sends nothing before
        ignore,   ///< `ignore 35=0`: messages of that type are passed over from here on
        admin,    ///< `admin logout CLIENT1`: what an administrator does
        drop,     ///< the client ends the connection, and sees it gone
        restart,  ///< the peer stops and starts again
    };
    Kind kind = Kind::send;
    std::string connection;  ///< `b: > 35=A`; `a` where none is named
    std::vector<FieldClaim> fields;
    std::string raw;    ///< of a raw step, with its placeholders; of admin what is done
    int line = 0;       ///< in the file
    std::string text;   ///< of the line
    bool held = false;  ///< `hold > ...`: sent together with the next
};

struct Script {
    std::string name;
    std::string rule;                           ///< its first comment
    std::map<std::string, std::string> config;  ///< of the peer
    std::vector<Step> steps;
};

/// The script, or `name:line: what is wrong`.
std::variant<Script, std::string> parse_script(std::string_view name, std::string_view text);

/// `reject_missing_tag` as `RejectMissingTag`.
std::string camel_case(std::string_view name);

}  // namespace tickweir::tests::fix_sessions
