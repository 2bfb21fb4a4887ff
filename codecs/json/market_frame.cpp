#include "codecs/json/market_frame.hpp"

namespace tickweir::codecs::json {

void MarketFrame::clear() {
    events.clear();
    books.clear();
    levels.clear();
    keyed.clear();
    trades.clear();
    touches.clear();
    controls.clear();
    definitions.clear();
}

std::string_view to_string(FrameStatus status) {
    switch (status) {
        case FrameStatus::ok:
            return "ok";
        case FrameStatus::malformed:
            return "malformed";
        case FrameStatus::wrong_shape:
            return "wrong_shape";
        case FrameStatus::bad_number:
            return "bad_number";
        case FrameStatus::too_large:
            return "too_large";
    }
    return "";
}

std::string_view to_string(ControlKind kind) {
    switch (kind) {
        case ControlKind::sequence:
            return "sequence";
        case ControlKind::heartbeat:
            return "heartbeat";
        case ControlKind::subscribed:
            return "subscribed";
        case ControlKind::unsubscribed:
            return "unsubscribed";
        case ControlKind::refused:
            return "refused";
        case ControlKind::ping:
            return "ping";
        case ControlKind::going_down:
            return "going_down";
    }
    return "?";
}

}  // namespace tickweir::codecs::json
