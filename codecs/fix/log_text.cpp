#include "codecs/fix/log_text.hpp"
namespace tickweir::codecs::fix {
LogReader::LogReader(const MessageLimits& limits, const FrameLimits& frame_limits)
    : frame_limits_{frame_limits}, message_{limits} {}
}  // namespace tickweir::codecs::fix
