// The way from any thread to the venue's: commands of operators and account holders, carried out
// between requests of sessions, and answered once they are durable. Where too many wait the asker
// says so (503).
#pragma once

#include "gateway/runtime/inquiries.hpp"
#include "gateway/venue/control_words.hpp"

namespace tickweir::gateway {

using VenueControl = Inquiries<control::Command, control::Answer, control::Ticket, 64, 256>;

}  // namespace tickweir::gateway
