/* nl_langinfo: the C locale's texts; the character set is what LC_CTYPE says. */
#include <langinfo.h>
#include <locale.h>
#include "shim/src/internal/utf8.h"

static const char *const time_texts[] = {
    "Sun",
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "AM",
    "PM",
    "%a %b %e %T %Y",
    "%m/%d/%y",
    "%H:%M:%S",
    "%I:%M:%S %p",
    "",
    "",
    "",
    "",
    "",
};
_Static_assert(sizeof time_texts / sizeof time_texts[0] == ERA_T_FMT - ABDAY_1 + 1, "all items");

char *nl_langinfo(nl_item item)
{
    if (item >= ABDAY_1 && item <= ERA_T_FMT)
        return (char *)time_texts[item - ABDAY_1];
    switch (item) {
    case CODESET:
        return __umk_locale_is_bytes() ? "ANSI_X3.4-1968" : "UTF-8";
    case RADIXCHAR:
        return ".";
    case YESEXPR:
        return "^[yY]";
    case NOEXPR:
        return "^[nN]";
    case CRNCYSTR:
        return "-";
    default:
        return "";
    }
}

char *nl_langinfo_l(nl_item item, locale_t locale)
{
    locale_t old = uselocale(locale);
    char *text = nl_langinfo(item);

    uselocale(old);
    return text;
}
