#include "gateway/feeds/fix/md_entry.hpp"

#include "codecs/fix/group.hpp"

namespace tickweir::gateway {

namespace fix = codecs::fix;
using codecs::json::Number;

namespace {

// Of later versions than the codec names.
constexpr fix::Tag trade_id_tag = 1003;
constexpr fix::Tag aggressor_side_tag = 2446;
constexpr fix::Tag aggressor_side_own_tag = 5797;

MdAction action_of(std::string_view text) {
    if (text == "0") return MdAction::add;
    if (text == "1") return MdAction::change;
    if (text == "2") return MdAction::remove;
    return MdAction::unsupported;
}

MdType type_of(std::string_view text) {
    if (text == "0") return MdType::bid;
    if (text == "1") return MdType::offer;
    if (text == "2") return MdType::trade;
    if (text == "J") return MdType::empty_book;
    return MdType::other;
}

std::optional<book::Side> aggressor_of(std::string_view text) {
    if (text == "1") return book::Side::buy;
    if (text == "2") return book::Side::sell;
    return std::nullopt;
}

bool read_number(std::string_view text, Number& out, bool& has) {
    const auto read = fix::read_decimal(text);
    if (!read) return false;
    out = {read.value.coefficient, read.value.decimals};
    has = true;
    return true;
}

bool read_position(std::string_view text, std::uint32_t& out) {
    constexpr std::uint64_t most = 1'000'000;
    const auto read = fix::read_uint(text);
    if (!read || read.value > most) return false;
    out = static_cast<std::uint32_t>(read.value);
    return true;
}

/// One field of an entry; those that nobody asks for are right whatever they say.
MdStatus read_field(fix::Tag tag, std::string_view value, MdEntry& entry) {
    switch (tag) {
        case fix::tag::md_update_action:
            entry.action = action_of(value);
            return MdStatus::ok;
        case fix::tag::md_entry_type:
            entry.type = type_of(value);
            return MdStatus::ok;
        case fix::tag::md_entry_px:
            return read_number(value, entry.price, entry.has_price) ? MdStatus::ok
                                                                    : MdStatus::bad_number;
        case fix::tag::md_entry_size:
            return read_number(value, entry.quantity, entry.has_quantity) &&
                           entry.quantity.mantissa >= 0
                       ? MdStatus::ok
                       : MdStatus::bad_number;
        case fix::tag::symbol:
            entry.symbol = value;
            return MdStatus::ok;
        case fix::tag::security_id:
            entry.security_id = value;
            return MdStatus::ok;
        case fix::tag::md_entry_id:
            entry.id = value;
            return MdStatus::ok;
        case fix::tag::md_entry_ref_id:
            entry.ref_id = value;
            return MdStatus::ok;
        case trade_id_tag:
            entry.trade_id = value;
            return MdStatus::ok;
        case aggressor_side_tag:
        case aggressor_side_own_tag:
            entry.aggressor = aggressor_of(value);
            return MdStatus::ok;
        case fix::tag::rpt_seq: {
            const auto number = fix::read_uint(value);
            if (!number) return MdStatus::bad_entry;
            entry.number = number.value;
            return MdStatus::ok;
        }
        case fix::tag::md_price_level:
            return read_position(value, entry.position) ? MdStatus::ok : MdStatus::bad_entry;
        case fix::tag::md_entry_position_no:
            if (entry.position != 0) return MdStatus::ok;
            return read_position(value, entry.position) ? MdStatus::ok : MdStatus::bad_entry;
        default:
            return MdStatus::ok;
    }
}

MdStatus read_entry(const fix::FieldView& fields, bool is_snapshot, MdEntry& entry,
                    fix::Tag& fault_tag) {
    for (const fix::Field& field : fields.fields()) {
        const MdStatus status = read_field(field.tag, fields.value(field), entry);
        if (status == MdStatus::ok) continue;
        fault_tag = field.tag;
        return status;
    }
    if (is_snapshot) entry.action = MdAction::add;
    if (entry.trade_id.empty()) entry.trade_id = entry.id;
    const bool named = !entry.id.empty() || !entry.ref_id.empty();
    // Of what an id names it is known on which side it stands.
    if (entry.type == MdType::missing && (entry.action == MdAction::add || !named)) {
        fault_tag = fix::tag::md_entry_type;
        return MdStatus::bad_entry;
    }
    return MdStatus::ok;
}

}  // namespace

std::string_view to_string(MdStatus status) {
    switch (status) {
        case MdStatus::ok:
            return "ok";
        case MdStatus::bad_group:
            return "bad_group";
        case MdStatus::bad_entry:
            return "bad_entry";
        case MdStatus::bad_number:
            return "bad_number";
        case MdStatus::unsupported:
            return "unsupported";
        case MdStatus::unidentified:
            return "unidentified";
        case MdStatus::over_limit:
            return "over_limit";
    }
    return "?";
}

MdStatus read_entries(const fix::Message& message, std::vector<MdEntry>& entries,
                      fix::Tag& fault_tag) {
    entries.clear();
    fault_tag = fix::tag::no_md_entries;
    if (!message.has(fix::tag::no_md_entries)) return MdStatus::bad_group;
    fix::Group group{message.view(), {.count = fix::tag::no_md_entries}};
    if (group.fault() != fix::GroupFault::none) return MdStatus::bad_group;
    const bool is_snapshot = message.msg_type() == fix::msg_type::market_data_snapshot;
    MdAction before = MdAction::unsupported;
    while (const auto fields = group.next()) {
        MdEntry& entry = entries.emplace_back();
        entry.action = before;  // FIX lets an entry leave out what the one before says
        const MdStatus status = read_entry(*fields, is_snapshot, entry, fault_tag);
        if (status != MdStatus::ok) return status;
        before = entry.action;
    }
    fault_tag = 0;
    return MdStatus::ok;
}

}  // namespace tickweir::gateway
