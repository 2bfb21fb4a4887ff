#include "gateway/fix/plain_order.hpp"

#include <array>
#include <span>

#include "codecs/fix/fields.hpp"
#include "gateway/fix/frame_vet.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace wire = codecs::fix;
namespace tag = codecs::fix::tag;

/// What a value has to look like: less than its type allows.
enum class Form : std::uint8_t {
    text,
    code,    ///< one byte of `codes`
    amount,  ///< digits, or digits, a point and digits; short enough for every reader
    time,    ///< UTC, to the second, or with 3, 6 or 9 digits of it
};

struct Rule {
    wire::Tag at;
    Form form;
    std::string_view codes = {};
};

/// Header fields first.
constexpr std::array rules{
    Rule{tag::msg_seq_num, Form::text},
    Rule{tag::sender_comp_id, Form::text},
    Rule{tag::sending_time, Form::time},
    Rule{tag::target_comp_id, Form::text},
    Rule{tag::poss_resend, Form::code, "YN"},
    Rule{tag::account, Form::text},
    Rule{tag::cl_ord_id, Form::text},
    Rule{tag::currency, Form::text},
    Rule{tag::exec_inst, Form::code, "6"},
    Rule{tag::handl_inst, Form::code, "123"},
    Rule{tag::order_id, Form::text},
    Rule{tag::order_qty, Form::amount},
    Rule{tag::ord_type, Form::code, "1234"},
    Rule{tag::orig_cl_ord_id, Form::text},
    Rule{tag::price, Form::amount},
    Rule{tag::side, Form::code, "12"},
    Rule{tag::symbol, Form::text},
    Rule{tag::text, Form::text},
    Rule{tag::time_in_force, Form::code, "01346"},
    Rule{tag::transact_time, Form::time},
    Rule{tag::stop_px, Form::amount},
    Rule{tag::min_qty, Form::amount},
    Rule{tag::max_floor, Form::amount},
    Rule{tag::expire_time, Form::time},
    Rule{tag::security_exchange, Form::text},
    Rule{tag::order_capacity, Form::code, "AGIPRW"},
};
static_assert(rules.size() < 32);
constexpr std::uint32_t header_fields = 5;

constexpr std::size_t tags_end = 529;
constexpr std::uint8_t no_rule = 0xff;
constexpr auto rule_of = [] {
    std::array<std::uint8_t, tags_end> places{};
    places.fill(no_rule);
    for (std::size_t i = 0; i < rules.size(); ++i)
        places[rules[i].at] = static_cast<std::uint8_t>(i);
    return places;
}();

using TagSet = std::uint32_t;

constexpr TagSet bit_of(wire::Tag at) {
    return TagSet{1} << rule_of[at];
}
constexpr TagSet set_of(std::initializer_list<wire::Tag> tags) {
    TagSet set = 0;
    for (const wire::Tag at : tags)
        set |= bit_of(at);
    return set;
}

constexpr TagSet header = (TagSet{1} << header_fields) - 1;
constexpr TagSet every_header = header & ~bit_of(tag::poss_resend);

struct TypeRule {
    char type;
    TagSet required;
    TagSet allowed;
};
constexpr TagSet identity = set_of({tag::cl_ord_id, tag::symbol, tag::side, tag::transact_time});
constexpr TagSet said_of_all =
    header | identity | set_of({tag::account, tag::order_qty, tag::text, tag::security_exchange});
constexpr TagSet terms = set_of({tag::currency, tag::exec_inst, tag::handl_inst, tag::ord_type,
                                 tag::price, tag::time_in_force, tag::stop_px, tag::min_qty,
                                 tag::max_floor, tag::expire_time, tag::order_capacity});
constexpr TagSet earlier_ids = set_of({tag::order_id, tag::orig_cl_ord_id});
constexpr std::array type_rules{
    TypeRule{'D', every_header | identity | bit_of(tag::ord_type), said_of_all | terms},
    TypeRule{'F', every_header | identity | bit_of(tag::orig_cl_ord_id), said_of_all | earlier_ids},
    TypeRule{'G', every_header | identity | bit_of(tag::ord_type) | bit_of(tag::orig_cl_ord_id),
             said_of_all | terms | earlier_ids},
};

const TypeRule* type_rule(std::string_view type) {
    if (type.size() != 1) return nullptr;
    for (const TypeRule& rule : type_rules)
        if (rule.type == type.front()) return &rule;
    return nullptr;
}

bool is_amount(std::string_view text) {
    constexpr std::size_t longest = 15;
    if (text.size() > longest) return false;
    std::size_t digits[2] = {0, 0};
    bool fraction = false;
    for (const char c : text) {
        if (c == '.' && !fraction)
            fraction = true;
        else if (c >= '0' && c <= '9')
            ++digits[fraction];
        else
            return false;
    }
    return digits[0] != 0 && (!fraction || digits[1] != 0);
}

bool is_time(std::string_view text) {
    constexpr std::size_t to_the_second = 17;
    const bool is_precise =
        text.size() == to_the_second ||
        (text.size() > to_the_second + 3 && (text.size() - to_the_second - 1) % 3 == 0);
    return is_precise && wire::read_time(text);
}

bool has_form(const Rule& rule, std::string_view text) {
    switch (rule.form) {
        case Form::text:
            return !text.empty();
        case Form::code:
            return text.size() == 1 && rule.codes.find(text.front()) != rule.codes.npos;
        case Form::amount:
            return is_amount(text);
        case Form::time:
            return is_time(text);
    }
    return false;
}

/// The fields' rules as a set; nothing where one is of no rule, there twice, not of its form, or of
/// the header behind one of the body.
std::optional<TagSet> fields_of(const wire::Message& message, std::span<const wire::Field> fields) {
    TagSet seen = 0;
    for (const wire::Field& field : fields) {
        const std::uint8_t place = field.tag < tags_end ? rule_of[field.tag] : no_rule;
        if (place == no_rule) return std::nullopt;
        const TagSet bit = TagSet{1} << place;
        const bool too_late = place < header_fields && (seen & ~header) != 0;
        if ((seen & bit) != 0 || too_late || !has_form(rules[place], message.value(field)))
            return std::nullopt;
        seen |= bit;
    }
    return seen;
}

}  // namespace

std::optional<PlainOrder> plain_order(const wire::Message& message) {
    constexpr std::size_t first_fields = 3;  // 8 9 35, as every message begins; 10 ends it
    const TypeRule* const type = type_rule(message.msg_type());
    if (type == nullptr || message.fault() != wire::MessageFault::none ||
        message.fields().size() <= first_fields)
        return std::nullopt;
    const auto fields = message.fields().subspan(first_fields);
    const auto seen = fields_of(message, fields.first(fields.size() - 1));
    if (!seen || (*seen & type->required) != type->required || (*seen & ~type->allowed) != 0)
        return std::nullopt;
    const auto number = message.get_uint(tag::msg_seq_num);
    if (!number || *number < 1 || *number > number_max) return std::nullopt;
    return PlainOrder{*number, *message.get_time(tag::sending_time),
                      *message.find(tag::sender_comp_id), *message.find(tag::target_comp_id)};
}

}  // namespace tickweir::gateway::fix
