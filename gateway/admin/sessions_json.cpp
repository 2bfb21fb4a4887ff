#include "gateway/admin/sessions_json.hpp"

#include "gateway/json_writer.hpp"

namespace tickweir::gateway {
namespace {

void write_row(JsonWriter& json, const fix::SessionRow& row) {
    const auto text = [&json](std::string_view name, std::string_view value) {
        json.key(name);
        json.string(value);
    };
    const auto number = [&json](std::string_view name, std::uint64_t value) {
        json.key(name);
        json.number(value);
    };
    const auto flag = [&json](std::string_view name, bool value) {
        json.key(name);
        json.boolean(value);
    };
    json.begin_object();
    text("name", row.name);
    text("comp_id", row.comp_id);
    text("state", to_string(row.state));
    flag("enabled", row.enabled);
    flag("in_schedule", row.in_schedule);
    json.key("address");
    row.address.empty() ? json.null() : json.string(row.address);
    json.key("since");
    row.since ? json.number(row.since->time_since_epoch().count()) : json.null();
    number("next_inbound", row.next_inbound);
    number("next_outbound", row.next_outbound);
    number("queued_bytes", row.queued_bytes);
    number("received", row.received);
    number("sent", row.sent);
    number("resent", row.resent);
    number("rejected", row.rejected);
    number("garbled", row.garbled);
    number("logons", row.logons);
    number("refused", row.refused);
    number("cut", row.cut);
    json.end_object();
}

}  // namespace

std::string sessions_json(std::span<const fix::SessionRow> rows) {
    std::string out;
    JsonWriter json{out};
    json.begin_object();
    json.key("sessions");
    json.begin_array();
    for (const fix::SessionRow& row : rows)
        write_row(json, row);
    json.end_array();
    json.end_object();
    return out;
}

std::string action_json(std::string_view session, std::string_view action, std::string_view text) {
    std::string out;
    JsonWriter json{out};
    json.begin_object();
    json.key("session");
    json.string(session);
    json.key("action");
    json.string(action);
    json.key("done");
    json.boolean(true);
    if (!text.empty()) {
        json.key("text");
        json.string(text);
    }
    json.end_object();
    return out;
}

}  // namespace tickweir::gateway
