#include "gateway/fix/wire_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "book/ensure.hpp"
#include "codecs/fix/field_writer.hpp"
#include "codecs/fix/fields.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace wire = codecs::fix;
namespace tag = codecs::fix::tag;

/// `9=` and `10=` around what has been put together as `head` (35 and so on) and `body`.
void frame(std::string& out, std::string_view begin_string, std::string_view head,
           std::string_view body) {
    out.clear();
    std::array<char, 20> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), head.size() + body.size()).ptr;
    out.append("8=")
        .append(begin_string)
        .append(
            "\x01"
            "9=")
        .append(digits.data(), end);
    out.append(1, wire::soh).append(head).append(body);
    const unsigned sum = wire::checksum(out);
    const std::array<char, 7> trailer{'1',
                                      '0',
                                      '=',
                                      static_cast<char>('0' + sum / 100),
                                      static_cast<char>('0' + sum / 10 % 10),
                                      static_cast<char>('0' + sum % 10),
                                      wire::soh};
    out.append(trailer.data(), trailer.size());
}

/// The longest standard header we write: CompIDs are configured, and bounded there.
using Head = std::array<char, 1'024>;

}  // namespace

void compose(std::string& out, const WireParties& parties, std::string_view msg_type,
             std::uint64_t number, book::TimeNs now, std::string_view body) {
    Head buffer;
    wire::FieldWriter head{buffer};
    head.field(tag::msg_type, msg_type);
    head.field(tag::sender_comp_id, parties.sender);
    head.field(tag::target_comp_id, parties.target);
    head.field(tag::msg_seq_num, number);
    head.field(tag::sending_time, wire::UtcTime{now.time_since_epoch()});
    book::ensure(head.status() == wire::WriteStatus::ok);  // ours, all of it
    frame(out, parties.begin_string, head.text(), body);
}

void compose_gap_fill(std::string& out, const WireParties& parties, std::uint64_t number,
                      std::uint64_t next, book::TimeNs now) {
    const wire::UtcTime time{now.time_since_epoch()};
    Head buffer;
    wire::FieldWriter head{buffer};
    head.field(tag::msg_type, wire::msg_type::sequence_reset);
    head.field(tag::sender_comp_id, parties.sender);
    head.field(tag::target_comp_id, parties.target);
    head.field(tag::msg_seq_num, number);
    head.field(tag::poss_dup_flag, true);
    head.field(tag::sending_time, time);
    head.field(tag::orig_sending_time, time);
    head.field(tag::gap_fill_flag, true);
    head.field(tag::new_seq_no, next);
    book::ensure(head.status() == wire::WriteStatus::ok);
    frame(out, parties.begin_string, head.text(), {});
}

bool compose_repeat(std::string& out, const wire::Message& message, book::TimeNs now) {
    out.clear();
    const wire::Field* const sent = message.find_field(tag::sending_time);
    if (sent == nullptr || message.fields().size() < 4) return false;
    std::array<char, 128> buffer{};
    wire::FieldWriter times{buffer};
    times.field(tag::sending_time, wire::UtcTime{now.time_since_epoch()});
    times.field(tag::poss_dup_flag, true);
    times.field(tag::orig_sending_time, message.value(*sent));
    if (times.status() != wire::WriteStatus::ok) return false;

    // All from 35 up to 10, but for the old time; ours never hold 43 or 122 when they are kept.
    const std::string_view text = message.text();
    constexpr std::size_t trailer_bytes = 7;
    constexpr std::size_t name_bytes = 3;  // `35=` and `52=`
    const std::size_t begin = message.fields()[2].offset - name_bytes;
    const std::size_t time_at = sent->offset - name_bytes;
    const std::size_t behind = sent->offset + std::size_t{sent->length} + 1;
    std::string head{text.substr(begin, time_at - begin)};
    head.append(times.text());
    frame(out, message.begin_string(), head,
          text.substr(behind, text.size() - trailer_bytes - behind));
    return true;
}

void compose_header_of(std::string& out, const wire::Message& message) {
    // FIX 4.4, standard header, behind 8, 9 and 35.
    constexpr auto header_tags = std::to_array<wire::Tag>(
        {34,  43,  49,  50,  52,  56,  57,  90,  91,  97,  115, 116, 122, 128,
         129, 142, 143, 144, 145, 212, 213, 347, 369, 627, 628, 629, 630});
    out.clear();
    constexpr std::size_t first = 2;
    constexpr std::size_t name_bytes = 3;  // `35=`
    const std::span<const wire::Field> fields = message.fields();
    if (fields.size() <= first) return;
    std::size_t last = first;
    while (last + 1 < fields.size() &&
           std::ranges::find(header_tags, fields[last + 1].tag) != header_tags.end())
        ++last;
    const std::size_t begin = fields[first].offset - name_bytes;
    const std::size_t end = fields[last].offset + std::size_t{fields[last].length} + 1;
    frame(out, message.begin_string(), message.text().substr(begin, end - begin), {});
}

}  // namespace tickweir::gateway::fix
