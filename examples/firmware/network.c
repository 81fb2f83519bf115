/* network.c: lwIP without an operating system, with an address by DHCP. */
#include "board.h"

#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/ip_addr.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>

static struct netif interface;

/* lwIP's clock. */
u32_t sys_now(void) { return clock_millis(); }

/* For its ports and the ids of its questions. */
u32_t network_random(void) {
  u32_t number;
  (void)random_bytes(&number, sizeof number);
  return number;
}

/* Where the DNS server listens: not at 53 on a test bench. */
u16_t network_dns_port(void) { return (u16_t)setting_number("dns_port", 53); }

/* DHCP has told a DNS server; a setting beats it. */
static void choose_dns_server(struct netif *changed) {
  ip_addr_t server;
  if (!netif_is_up(changed) || ip_addr_isany(&changed->ip_addr)) return;
  print_line("network: address ", ipaddr_ntoa(&changed->ip_addr));
  if (ipaddr_aton(setting("dns", ""), &server)) dns_setserver(0, &server);
}

void network_start(void) {
  lwip_init();
  netif_add_noaddr(&interface, NULL, ethernet_start, ethernet_input);
  netif_set_default(&interface);
  netif_set_status_callback(&interface, choose_dns_server);
  netif_set_up(&interface);
  (void)dhcp_start(&interface);
}

bool network_is_up(void) { return dhcp_supplied_address(&interface) != 0; }

void network_poll(void) {
  ethernet_poll(&interface);
  sys_check_timeouts();
}
