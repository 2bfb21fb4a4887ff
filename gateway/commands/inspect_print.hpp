// What `tickweir inspect` found, as text for people and as JSON for programs.
#pragma once

#include <ostream>

#include "gateway/commands/inspect_messages.hpp"
#include "gateway/commands/inspect_options.hpp"
#include "gateway/commands/inspect_report.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/json_writer.hpp"
#include "replay/capture.hpp"

namespace tickweir::gateway {

/// What a report is about.
struct InspectedCapture {
    const InspectOptions& options;
    const replay::Capture& capture;  ///< read to where reading stopped
    const SessionClock& clock;
    const InspectReport& report;
};

/// Tables; of lists that may be long only the first entries.
void print_text(const InspectedCapture& inspected, std::ostream& out);
/// One line.
void print_text(const ShownMessage& message, std::ostream& out);

/// Keys and values of the document's object, which the caller begins and ends. Everything that is
/// known, whole lists too.
void print_json(const InspectedCapture& inspected, JsonWriter& json);
/// An object.
void print_json(const ShownMessage& message, JsonWriter& json);

}  // namespace tickweir::gateway
