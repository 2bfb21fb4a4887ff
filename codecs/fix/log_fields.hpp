// The fields of one message in a log, copied one after the other with SOH behind each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "codecs/fix/fields.hpp"

namespace tickweir::codecs::fix::detail {

enum class LogFieldStatus : std::uint8_t {
    field,    ///< one that others follow
    trailer,  ///< field 10
    next,     ///< not a field, but the beginning of another message
    open,     ///< the text ends before the field does
};

/// Goes over the fields of a message in `log` and appends them to `out` as they stand on the wire.
class LogFields {
public:
    /// `separator`: one that separator_at() found, behind the field before `at`.
    LogFields(std::string_view log, std::size_t at, std::string_view separator,
              std::vector<char>& out)
        : log_{log}, at_{at}, separator_{separator}, out_{out} {}

    /// SOH, `|` or `^A`; empty where none of them stands at `at`.
    static std::string_view separator_at(std::string_view log, std::size_t at);

    /// The next field. `last`: the end of the text ends a trailer.
    LogFieldStatus next(bool last);

    /// Behind what was taken; of LogFieldStatus::next where the other message may begin.
    std::size_t position() const { return at_; }

private:
    LogFieldStatus trailer(bool last);
    bool take_data(std::size_t value_at);
    void append(std::string_view bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

    std::string_view log_;
    std::size_t at_;
    std::string_view separator_;
    std::vector<char>& out_;
    Tag announced_ = 0;  ///< the data field that has to come now
    std::size_t announced_bytes_ = 0;
};

/// Where in `log` from `at` on `8=FIX` stands behind no digit; npos if nowhere.
std::size_t find_log_begin(std::string_view log, std::size_t at);

}  // namespace tickweir::codecs::fix::detail
