// Writes whole messages into a caller's buffer: header, fields, and then BodyLength and CheckSum in
// place, without moving what is written.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "codecs/fix/field_writer.hpp"
#include "codecs/fix/head_text.hpp"

namespace tickweir::codecs::fix {

/// BeginStrings. With `fixt_1_1` goes ApplVerID (1128) or, at logon, DefaultApplVerID (1137), which
/// is 9 for 5.0SP2.
inline constexpr std::string_view fix_4_2 = "FIX.4.2";
inline constexpr std::string_view fix_4_4 = "FIX.4.4";
inline constexpr std::string_view fixt_1_1 = "FIXT.1.1";

/// A message, or why there is none.
struct Written {
    std::string_view text;
    WriteStatus status = WriteStatus::ok;

    explicit operator bool() const { return status == WriteStatus::ok; }
};

/// begin(), then field() for each field after 56 in their order, then finish(). A message that
/// had any field refused is refused by finish(), too, unless back_to() forgot that. May be used
/// again from begin() on; the text of the message before is then gone.
class Writer : public FieldWriter {
public:
    /// Messages beyond the buffer or message_bytes_most are refused. The buffer must outlive it.
    explicit Writer(std::span<char> buffer);

    /// 8, 9 and 35; with 49 and 56 where they are not empty. Forgets what was written. text() is
    /// the body from here on.
    WriteStatus begin(std::string_view begin_string, std::string_view msg_type,
                      std::string_view sender = {}, std::string_view target = {});

    /// Appends CheckSum and fills BodyLength in. The text lies in the buffer. After it comes
    /// begin(), or finish() again after more fields.
    [[nodiscard]] Written finish();

private:
    std::span<char> buffer_;
    detail::BeginString begin_string_;
    std::size_t body_at_ = 0;
};

}  // namespace tickweir::codecs::fix
