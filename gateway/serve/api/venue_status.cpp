#include "gateway/serve/api/venue_status.hpp"

#include "gateway/json_writer.hpp"
#include "gateway/serve/api/status_json.hpp"

namespace tickweir::gateway {
namespace {

void put(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    json.string(text);
}

void put(JsonWriter& json, std::string_view name, const std::vector<VenueNumber>& numbers) {
    json.key(name);
    json.begin_object();
    for (const VenueNumber& one : numbers) {
        json.key(one.name);
        json.number(one.value);
    }
    json.end_object();
}

}  // namespace

std::string_view to_string(VenueStage stage) {
    switch (stage) {
        case VenueStage::recovering:
            return "recovering";
        case VenueStage::running:
            return "running";
        case VenueStage::failed:
            return "failed";
        case VenueStage::stopped:
            return "stopped";
    }
    return "unknown";
}

void write_venue(JsonWriter& json, const VenueStatus& venue) {
    json.begin_object();
    put(json, "id", venue.id);
    put(json, "state", to_string(venue.stage));
    put(json, "reason", venue.reason);
    put(json, "commit", venue.commit);
    put(json, "data", venue.data);
    put(json, "lsn", venue.lsn);
    put(json, "log", venue.log);
    put(json, "totals", venue.totals);
    put(json, "shed", venue.shed);
    json.key("period_seconds");
    json.seconds(std::chrono::duration<double>(venue.period).count());
    put(json, "in_period", venue.in_period);
    put(json, "replayer", venue.replayer);
    put(json, "alarm", venue.alarm);
    json.key("snapshot_age_seconds");
    if (venue.snapshot_age)
        json.seconds(std::chrono::duration<double>(*venue.snapshot_age).count());
    else
        json.null();
    json.end_object();
}

}  // namespace tickweir::gateway
