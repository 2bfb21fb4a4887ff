// A FIX message as an index of (tag, offset, length) over the caller's bytes, which are not copied.
// Everything that a reader without a dictionary can check is checked while the index is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "codecs/fix/field_view.hpp"
#include "codecs/fix/framing.hpp"

namespace tickweir::codecs::fix {

struct MessageLimits {
    std::size_t fields = 4096;
    std::size_t group_entries = 1024;             ///< that one count may announce
    std::size_t data_bytes = message_bytes_most;  ///< of one data field
};

/// Why a message is refused. Which fields a type of message needs is a dictionary's business.
enum class MessageFault : std::uint8_t {
    none,
    not_framed,           ///< only of index(): not 8, 9, 35 first, or 10 with three digits last
    bad_tag,              ///< not digits, zero, a zero in front, or beyond 2^31 - 1
    no_equals_sign,       ///< a tag, but no `=` after it
    too_many_fields,      ///< more than MessageLimits::fields
    bad_data_length,      ///< a length field's value is no number
    data_too_long,        ///< more than MessageLimits::data_bytes
    data_beyond_message,  ///< a length that reaches beyond the body
    data_not_ended,       ///< no SOH where the length says
    length_without_data,  ///< a length field that its data field does not follow at once
    data_without_length,  ///< a data field that its length field does not precede
    bad_group_count,      ///< a count of group entries that is no number
    too_many_entries,     ///< more than MessageLimits::group_entries
    misplaced_framing,    ///< 8, 9 or 10 within the body
};

/// The name of a fault as it stands in reports and metrics.
std::string_view to_string(MessageFault fault);

namespace detail {
struct Indexed;
}

/// The index of one message at a time; made once and used for all of them. Allocates when it is
/// made and never again. The bytes of the message must outlive what is asked of it.
class Message {
public:
    explicit Message(const MessageLimits& limits = {});

    /// Frames as find_frame does and indexes in the same pass. Where the answer is whole, fault()
    /// says whether the fields are right; otherwise the message is empty. Nothing is read beyond
    /// `input`. Linear in the message.
    [[nodiscard]] Frame read(std::string_view input, const FrameLimits& limits = {});

    /// The same without vector instructions, to compare with.
    [[nodiscard]] Frame read_plainly(std::string_view input, const FrameLimits& limits = {});

    /// Indexes a message that is framed already; BodyLength and CheckSum are not compared with what
    /// is there. Linear.
    [[nodiscard]] MessageFault index(std::string_view message);

    void clear();

    MessageFault fault() const { return fault_; }
    /// Where it went wrong: the offset in the message of the field that did, and its tag or 0.
    std::size_t fault_offset() const { return fault_offset_; }
    Tag fault_tag() const { return fault_tag_; }

    /// Whether some field has no value, which FIX forbids and a session answers with a reject.
    bool has_empty_value() const { return has_empty_value_; }
    /// The first of them, or nullptr.
    const Field* first_empty() const;

    std::string_view text() const { return text_; }
    std::string_view begin_string() const { return header_value(0); }
    std::string_view msg_type() const { return header_value(2); }

    /// All fields in their order, 8 first and 10 last; after a fault those before it.
    FieldView view() const { return {text_.data(), fields()}; }
    std::span<const Field> fields() const { return {fields_.data(), count_}; }
    std::string_view value(const Field& field) const { return view().value(field); }

    /// As FieldView has them.
    const Field* find_field(Tag tag) const { return view().find_field(tag); }
    std::optional<std::string_view> find(Tag tag) const { return view().find(tag); }
    bool has(Tag tag) const { return view().has(tag); }
    FieldResult<std::string_view> get_string(Tag tag) const { return view().get_string(tag); }
    FieldResult<std::int64_t> get_int(Tag tag) const { return view().get_int(tag); }
    FieldResult<std::uint64_t> get_uint(Tag tag) const { return view().get_uint(tag); }
    FieldResult<Decimal> get_decimal(Tag tag) const { return view().get_decimal(tag); }
    FieldResult<char> get_char(Tag tag) const { return view().get_char(tag); }
    FieldResult<bool> get_bool(Tag tag) const { return view().get_bool(tag); }
    FieldResult<UtcTime> get_time(Tag tag) const { return view().get_time(tag); }

    const MessageLimits& limits() const { return limits_; }

private:
    friend class LogReader;

    /// As index(), where CheckSum may be anything that is a field; 8 bytes have to be readable
    /// behind `message`.
    MessageFault index_loosely(std::string_view message);
    template <class Blocks>
    Frame read_with(std::string_view input, const FrameLimits& limits);
    void keep(std::string_view text, const detail::Indexed& indexed);
    void finish(std::string_view text, const detail::Indexed& indexed, std::size_t trailer_at);
    MessageFault refuse(std::string_view message);

    std::string_view header_value(std::size_t place) const {
        return place < count_ ? value(fields_[place]) : std::string_view{};
    }

    MessageLimits limits_;
    std::vector<Field> fields_;  ///< the limit and some spare; the first count_ are in use
    std::size_t count_ = 0;
    std::string_view text_;
    MessageFault fault_ = MessageFault::none;
    bool has_empty_value_ = false;
    Tag fault_tag_ = 0;
    std::size_t fault_offset_ = 0;
};

}  // namespace tickweir::codecs::fix
